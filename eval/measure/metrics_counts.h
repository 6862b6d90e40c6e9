// Voxel counts of every pair of label values in one pass over prediction and truth, and where each
// label lies.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/labels.h"
#include "data/volume.h"
#include "eval/measure/metrics.h"
#include "eval/measure/surface_mask.h"

namespace myoseg {

class LabelPairs {
 public:
  // Both maps on one grid; slices with `use_slice[z]` false are not compared.
  LabelPairs(const LabelMap& prediction, const LabelMap& truth, const std::vector<bool>& use_slice);

  [[nodiscard]] Overlap overlap(const Region& region) const;
  // The voxels of the region in either map.
  [[nodiscard]] Box box(const Region& region) const;

 private:
  struct Tally;
  std::array<Box, 256> boxes_{};      // of each label value in either map
  std::vector<std::int64_t> counts_;  // [truth][prediction]
  std::int64_t voxels_ = 0;
};

}  // namespace myoseg
