// What prediction by windows is held to: the whole image and the whole sums in memory, as MONAI's
// sliding_window_inference computes it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace myoseg::testing {

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

// `image` (N, C, spatial axes: two or three) -> (N, K, the same spatial axes), in the number format
// of what `network` gives. `network` takes (n, C, window) with n <= batch_size, windows of
// different images among them, and gives (n, K, window). An image smaller than the window is padded
// on both sides for it. Error(bad_usage) when options do not fit the image or the network changes
// the window's size.
[[nodiscard]] at::Tensor sliding_window(
    const at::Tensor& image, const SlidingWindowOptions& options,
    const std::function<at::Tensor(const at::Tensor&)>& network);

}  // namespace myoseg::testing
