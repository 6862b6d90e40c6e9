// Where windows lie in a volume larger than a network's input, and what each of their voxels counts
// (Isensee et al., Nature Methods 2021; as MONAI's sliding_window_inference computes it).
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace myoseg {

// Voxels from one window to the next on an axis of `length` >= `window` voxels: at least 1.
// Error(bad_usage) unless 0 <= overlap < 1.
[[nodiscard]] std::int64_t window_interval(std::int64_t length, std::int64_t window,
                                           double overlap);
// First voxel of each window; the last window ends with the axis, so it may overlap more.
[[nodiscard]] std::vector<std::int64_t> window_starts(std::int64_t length, std::int64_t window,
                                                      double overlap);

// Weight of each voxel of a window, float32, of the shape `window`: 1, or a Gaussian of the
// distance from the centre that is not let below 0.001. `sigma`: standard deviation in windows, one
// for each axis or for all. Error(bad_usage) for another `blend`.
[[nodiscard]] at::Tensor window_weights(const std::vector<std::int64_t>& window,
                                        const std::string& blend, const std::vector<double>& sigma);

using Extent = std::array<std::int64_t, 3>;  // z, y, x

// The windows of a volume, which is grown on both sides where it is smaller than one.
struct WindowGrid {
  // Windows that begin in one plane.
  struct Layer {
    std::int64_t first = 0, planes = 0;
  };
  Extent volume{}, window{};
  Extent before{};  // what the volume is grown by at its beginning
  Extent grown{};
  std::vector<Layer> layers;
  std::vector<std::int64_t> y, x;  // of each window's first voxel, grown

  [[nodiscard]] std::int64_t windows() const {
    return std::ssize(layers) * std::ssize(y) * std::ssize(x);
  }
};
// Windows that go through a network at once; 0: the network sees slices, and those of a window are
// its batch.
struct WindowBatch {
  std::int64_t windows = 0;
};

// For networks that see volumes; `overlap` of neighbours, [0, 1).
[[nodiscard]] WindowGrid volume_windows(const Extent& volume, const Extent& window, double overlap);
// For networks that see slices: window[0] slices go through them at once, the last time fewer.
[[nodiscard]] WindowGrid slice_windows(const Extent& volume, const Extent& window, double overlap);

}  // namespace myoseg
