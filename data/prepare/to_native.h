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
  // Rows of prepared planes, [first, end).
  struct Rows {
    std::int64_t first = 0, end = 0;
  };

  // The scores of planes in memory: from one number to the next of another plane, class, row or x.
  struct Scores {
    const float* first = nullptr;
    std::int64_t of_plane = 0, of_class = 0, of_row = 0, of_x = 1;
    [[nodiscard]] Scores plane(std::int64_t n) const {
      return {first + n * of_plane, 0, of_class, of_row, of_x};
    }
  };
  // Of [planes][classes][rows][width].
  [[nodiscard]] static Scores dense(std::span<const float> scores, int classes, std::int64_t rows,
                                    std::int64_t width);

  // Planes come whole, or in strips of rows, each from plane 0 on: strip i needs no row from
  // strip_ends[i] on. The ends rise; the last one is the number of rows. The map is the same.
  explicit ToNative(const Sampling& sampling, const std::vector<std::int64_t>& strip_ends = {});
  // The rows that a strip takes: where rows are interpolated they begin before its neighbour's end.
  // None where the strip gives the scan nothing.
  [[nodiscard]] Rows rows(std::size_t strip) const { return strips_[strip].rows; }
  // Whether scores are mixed: otherwise all that matters is which class has the highest one in a
  // voxel, in whatever units.
  [[nodiscard]] bool interpolates() const;
  // The next `count` planes of a strip, from plane 0 on. In parallel; from one thread at a time.
  void add(const Scores& scores, std::int64_t count, int classes, std::size_t strip = 0);
  // After all planes of all strips were added.
  [[nodiscard]] LabelMap finish();

 private:
  struct Strip {
    Rows rows;
    Axis y;                               // from these rows
    std::int64_t begin = 0;               // native y of its first row
    std::int64_t added = 0, made = 0;     // prepared planes, native slices
    std::int64_t kept_from = 0;           // prepared z of the first of
    std::deque<std::vector<float>> kept;  // planes that slices to come are made of
  };

  // Values of a class in a plane of the strip.
  [[nodiscard]] std::size_t voxels(const Strip& strip) const {
    return static_cast<std::size_t>(axes_[0].input * (strip.rows.end - strip.rows.first));
  }
  [[nodiscard]] Scores kept_plane(const Strip& strip, std::int64_t n) const;
  // A plane as [classes][rows][X]: where it lies, or copied to `copy`.
  [[nodiscard]] std::span<const float> dense_plane(const Strip& strip, const Scores& plane,
                                                   std::vector<float>& copy) const;
  void make_slice(const Strip& strip, std::int64_t i, const Scores& added,
                  std::vector<float>& mixed);
  void choose(const Strip& strip, const Scores& plane, std::int64_t native_z);
  void keep(Strip& strip, const Scores& added, std::int64_t count) const;

  LabelMap map_;  // in the options' orientation
  std::string stored_orientation_;
  std::array<Axis, 3> axes_;
  std::array<std::int64_t, 3> begin_{};  // first native x, y, z that the network saw
  std::vector<Strip> strips_;
  int classes_ = 0;
};

}  // namespace myoseg
