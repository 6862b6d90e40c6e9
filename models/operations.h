// The operations without parameters that encoders, decoders and their attention share.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

namespace myoseg {

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
