// The input of windows, cut from planes that are made when a window needs them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <span>
#include <vector>

#include "eval/predict/windows.h"

namespace myoseg {

// Writes planes [first, first + count) of a volume, [channels, count, Y, X].
using PlaneSource =
    std::function<void(std::int64_t first, std::int64_t count, std::span<float> out)>;

// Where a window lies: indices into WindowGrid's layers, y and x.
struct WindowPlace {
  std::size_t layer = 0, row = 0, column = 0;
};

class WindowInput {
 public:
  static constexpr std::int64_t kAtOnce = 16;  // planes that are made together, for all threads

  // Keeps a reference to the grid. `beyond`: of each channel the value where the volume was grown.
  WindowInput(const WindowGrid& grid, PlaneSource source, const std::vector<float>& beyond);
  // The window's planes (planes, C, y, x). In the order of layers: planes before this layer are
  // forgotten.
  [[nodiscard]] at::Tensor operator()(const WindowPlace& place);
  // Whether each voxel of a window is what the volume was grown with.
  [[nodiscard]] bool is_beyond(const at::Tensor& window) const;

 private:
  void make_until(std::int64_t end);

  const WindowGrid& grid_;
  PlaneSource source_;
  at::Tensor beyond_;              // (C, 1, 1)
  std::int64_t first_ = 0;         // grown z of the first of
  std::deque<at::Tensor> planes_;  // (C, y, x), grown in plane
};

}  // namespace myoseg
