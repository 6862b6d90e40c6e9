// The operations without parameters that networks share.
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/choice.h"

namespace myoseg {

// A number for each spatial axis, slowest first, from a list of them or of one that stands for all.
[[nodiscard]] std::vector<std::int64_t> per_axis(at::IntArrayRef sizes, std::int64_t axes);

// gelu is x * Phi(x) with the exact normal distribution (Hendrycks and Gimpel, arXiv 1606.08415);
// prelu has a parameter and with it a layer, see ActivationStep in models/blocks/conv_steps.h.
enum class Activation { relu, leaky_relu, none, sigmoid, gelu, prelu };
constexpr auto choice_names(Activation) {
  return std::to_array<std::string_view>(
      {"relu", "leaky_relu", "none", "sigmoid", "gelu", "prelu"});
}
constexpr double kLeakySlope = 0.01;  // as nnU-Net's
// All but prelu. Overwrites x, which no backward pass may need, but for gelu. `slope` is
// leaky_relu's.
[[nodiscard]] at::Tensor activate(at::Tensor x, Activation kind, double slope = kLeakySlope);

// Below, sizes, factors and multiples are one number for every spatial axis or one for each.
[[nodiscard]] at::Tensor max_pool(const at::Tensor& x, at::IntArrayRef size);  // stride = size
// Bilinear or trilinear to `factor` times the size, aligned at the corners of the outer pixels'
// areas.
[[nodiscard]] at::Tensor upsample_linear(const at::Tensor& x, at::IntArrayRef factor = 2);
[[nodiscard]] at::Tensor concat_channels(const at::Tensor& a, const at::Tensor& b);

// What an image is grown with: its border voxels or zeros.
enum class Padding { replicate, zero };
constexpr auto choice_names(Padding) {
  return std::to_array<std::string_view>({"replicate", "zero"});
}
// Grows every spatial size to the next multiple, at its end.
[[nodiscard]] at::Tensor pad_to_multiple(const at::Tensor& x, at::IntArrayRef multiple,
                                         Padding padding);
// The first `like`-sized part, spatially.
[[nodiscard]] at::Tensor crop_to(const at::Tensor& x, const at::Tensor& like);

// Error(bad_usage) unless x is (N, channels, and `dims` spatial dimensions) and not empty.
void check_input(const at::Tensor& x, int dims, std::int64_t channels);

// Window 3, stride 2, one voxel of padding: the pooling after the stem of ImageNet's networks.
[[nodiscard]] at::Tensor max_pool_of_stem(const at::Tensor& x);
[[nodiscard]] at::Tensor average_pool(const at::Tensor& x, std::int64_t size);  // stride = size
// Every pixel becomes a square of `factor` x `factor`. Two-dimensional.
[[nodiscard]] at::Tensor upsample_nearest(const at::Tensor& x, std::int64_t factor);
// Bilinear or trilinear, with the centres of the corner pixels kept in place (align_corners), as
// segmentation_models.pytorch's heads do.
[[nodiscard]] at::Tensor upsample_aligned(const at::Tensor& x, std::int64_t factor);
[[nodiscard]] at::Tensor concat_channels(const std::vector<at::Tensor>& parts);
// The same, or the only part itself.
[[nodiscard]] at::Tensor joined_channels(const std::vector<at::Tensor>& parts);
// x times factors of the same shape or of 1 in some dimensions.
[[nodiscard]] at::Tensor scale(const at::Tensor& x, const at::Tensor& factors);
// Matrix products of a batch.
[[nodiscard]] at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b);
[[nodiscard]] at::Tensor softmax_over(const at::Tensor& x, std::int64_t dim);

}  // namespace myoseg
