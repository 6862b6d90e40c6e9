// A network over an image larger than its input: overlapping windows, blended by weights that fall
// towards a window's border (Isensee et al., Nature Methods 2021; as MONAI's
// sliding_window_inference computes it).
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace myoseg {

// Lists hold one value per spatial axis, slowest first, or one value for all axes.
struct SlidingWindowOptions {
  std::vector<std::int64_t> window;  // voxels; 0: the whole axis
  std::vector<double> overlap{0.5};  // share of a window that the next one covers again, [0, 1)
  std::string blend = "gaussian";    // gaussian | constant
  std::vector<double> sigma{0.125};  // standard deviation of the Gaussian, in windows
  // Beyond an image smaller than the window: constant | reflect | replicate | circular.
  std::string padding = "constant";
  double padding_value = 0;  // of constant padding
  int batch_size = 4;        // windows that go through the network at once
};

// Voxels from one window to the next on an axis of `length` >= `window` voxels: at least 1.
[[nodiscard]] std::int64_t window_interval(std::int64_t length, std::int64_t window,
                                           double overlap);
// First voxel of each window; the last window ends with the axis, so it may overlap more.
[[nodiscard]] std::vector<std::int64_t> window_starts(std::int64_t length, std::int64_t window,
                                                      double overlap);

// Weight of each voxel of a window, float32, of the shape `window`: 1, or a Gaussian of the
// distance from the centre that is not let below 0.001. Error(bad_usage) for another `blend`.
[[nodiscard]] at::Tensor window_weights(const std::vector<std::int64_t>& window,
                                        const std::string& blend, const std::vector<double>& sigma);

// `image` (N, C, spatial axes: two or three) -> (N, K, the same spatial axes), in the number format
// of what `network` gives. `network` takes (n, C, window) with n <= batch_size, windows of
// different images among them, and gives (n, K, window). An image smaller than the window is padded
// on both sides for it. Error(bad_usage) when options do not fit the image or the network changes
// the window's size.
[[nodiscard]] at::Tensor sliding_window(
    const at::Tensor& image, const SlidingWindowOptions& options,
    const std::function<at::Tensor(const at::Tensor&)>& network);

}  // namespace myoseg
