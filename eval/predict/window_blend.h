// The weighted mean of overlapping windows, finished strip by strip, so that what is kept of a
// volume is what windows to come add to.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <vector>

#include "data/prepare/to_native.h"
#include "eval/predict/window_input.h"
#include "eval/predict/windows.h"

namespace myoseg {

// Rows of windows that are blended in one pass through the layers, and the strips that it finishes:
// strip i is done when row i of windows is. Rows before `first_strip` only reach into it.
struct WindowRows {
  std::size_t first = 0, first_strip = 0, end = 0;
};

// Of each strip, the rows of the volume that its reader takes: see ToNative::rows().
using Strips = std::vector<ToNative::Rows>;

class WindowBlend {
 public:
  // Values that are finished together, little beside the sums, but a plane for each thread.
  static constexpr std::int64_t kAtOnce = std::int64_t{1} << 21;
  // The next planes of the strip, (K, planes, the strip's rows, X) of the volume: the sum of the
  // windows' scores times their weights, and (1, planes, rows, X) that of the weights. Views of the
  // sums, whose memory is laid out as the windows' scores are.
  using Reader =
      std::function<void(std::size_t strip, const at::Tensor& sums, const at::Tensor& weights)>;

  // Keeps a reference to the grid. `weights`: (planes or 1, y, x) of a window, on the device of the
  // scores.
  WindowBlend(const WindowGrid& grid, at::Tensor weights, const Strips& strips,
              const WindowRows& rows, Reader reader);
  // Scores (K, planes, y, x) of the next window: by layers, then rows, then columns. Their channels
  // may lie apart or side by side.
  void add(const WindowPlace& place, const at::Tensor& scores);
  // After the last window.
  void finish();

  // What the sums of one number for each voxel take, in voxels.
  [[nodiscard]] static std::int64_t voxels(const WindowGrid& grid, const Strips& strips,
                                           const WindowRows& rows);

 private:
  // What the sums are kept in: those of the row of windows at work and of the rows above that its
  // strip takes; those that the next layer adds to.
  struct Shape {
    std::vector<std::int64_t> lowest;  // grown row, of each row of windows, that must be kept
    std::int64_t planes = 0, rows = 0;
    std::int64_t shared_planes = 0;
    std::int64_t shared_from = 0, shared_end = 0;  // grown rows that the strips take
  };
  [[nodiscard]] static Shape shape_of(const WindowGrid& grid, const Strips& strips,
                                      const WindowRows& rows);
  // Planes at the end of a layer that the next one has too.
  [[nodiscard]] static std::int64_t shared(const WindowGrid& grid, std::size_t layer);

  void allocate(const at::Tensor& scores);
  void enter(std::size_t layer, std::size_t row);
  void leave();
  void read_strip() const;

  const WindowGrid& grid_;
  at::Tensor weights_;
  Strips strips_;
  WindowRows rows_;
  Reader reader_;
  Shape shape_;
  // (K + 1, planes, rows, grown x) of the scores times their weights and, last, of the weights.
  at::Tensor sums_, shared_;
  bool entered_ = false;
  std::size_t layer_ = 0, row_ = 0;  // of windows, at work
  std::int64_t low_ = 0, high_ = 0;  // grown rows in sums_
  std::int64_t known_ = 0;           // grown row that the rows of windows above reach to
};

}  // namespace myoseg
