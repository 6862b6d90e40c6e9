// The operations without parameters that networks share.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

namespace myoseg {

// relu | leaky_relu (slope 0.01, as nnU-Net) | none; overwrites x, which no backward pass may need.
[[nodiscard]] at::Tensor activate(at::Tensor x, const std::string& kind);
[[nodiscard]] at::Tensor max_pool(const at::Tensor& x, std::int64_t size);  // stride = size
// Bilinear or trilinear to twice the size, aligned at the corners of the outer pixels' areas.
[[nodiscard]] at::Tensor upsample_linear(const at::Tensor& x);
[[nodiscard]] at::Tensor concat_channels(const at::Tensor& a, const at::Tensor& b);

// Grows every spatial size to the next multiple, at its end: zero | replicate (the border voxel).
[[nodiscard]] at::Tensor pad_to_multiple(const at::Tensor& x, std::int64_t multiple,
                                         const std::string& mode);
// The first `like`-sized part, spatially.
[[nodiscard]] at::Tensor crop_to(const at::Tensor& x, const at::Tensor& like);

// Error(bad_usage) unless x is (N, channels, and `dims` spatial dimensions).
void check_input(const at::Tensor& x, int dims, std::int64_t channels);

// Window 3, stride 2, one voxel of padding: the pooling after the stem of ImageNet's networks.
[[nodiscard]] at::Tensor max_pool_of_stem(const at::Tensor& x);
[[nodiscard]] at::Tensor average_pool(const at::Tensor& x, std::int64_t size);  // stride = size
// Every pixel becomes a square of `factor` x `factor`. Two-dimensional.
[[nodiscard]] at::Tensor upsample_nearest(const at::Tensor& x, std::int64_t factor);
// Bilinear, with the centres of the corner pixels kept in place (align_corners), as
// segmentation_models.pytorch's heads do. Two-dimensional.
[[nodiscard]] at::Tensor upsample_aligned(const at::Tensor& x, std::int64_t factor);
[[nodiscard]] at::Tensor concat_channels(const std::vector<at::Tensor>& parts);
[[nodiscard]] at::Tensor sigmoid_gate(at::Tensor x);  // overwrites x
// x times factors of the same shape or of 1 in some dimensions.
[[nodiscard]] at::Tensor scale(const at::Tensor& x, const at::Tensor& factors);
// Matrix products of a batch.
[[nodiscard]] at::Tensor matrix_product(const at::Tensor& a, const at::Tensor& b);
[[nodiscard]] at::Tensor softmax_over(const at::Tensor& x, std::int64_t dim);

}  // namespace myoseg
