// From class scores on the network's grid back to a label map on the scan's own grid.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "data/prepare/sampling.h"

namespace myoseg {

// Scores are resampled linearly, then the class with the highest score counts (the lower class when
// equal). Voxels that the network did not see are background. Without resampling, the scores are
// taken as they are. Only as many planes of scores are kept as a plane of the scan is made of.
class ToNative {
 public:
  explicit ToNative(const Sampling& sampling);
  // The next `count` planes of the prepared grid, from plane 0 on: [count][classes][Y][X]. In
  // parallel; from one thread at a time.
  void add(std::span<const float> scores, std::int64_t count, int classes);
  // After all planes were added.
  [[nodiscard]] LabelMap finish();

 private:
  [[nodiscard]] const float* plane(std::int64_t prepared_z, std::span<const float> added) const;
  void make_slice(std::int64_t i, std::span<const float> added, std::vector<float>& mixed);
  void choose(std::span<const float> scores, std::int64_t native_z);

  LabelMap map_;  // in the options' orientation
  std::string stored_orientation_;
  std::array<Axis, 3> axes_;
  std::array<std::int64_t, 3> begin_{};  // first native x, y, z that the network saw
  std::size_t plane_voxels_ = 0;
  int classes_ = 0;
  std::int64_t added_ = 0, made_ = 0;    // prepared planes, native slices
  std::int64_t kept_from_ = 0;           // prepared z of the first of
  std::deque<std::vector<float>> kept_;  // planes that slices to come are made of
};

}  // namespace myoseg
