// Probabilities and sums with the same bits for any number of threads, for losses that are no
// formula of the sums in voxel_sums.h.
#pragma once

#include <ATen/core/Tensor.h>

namespace myoseg {

// Softmax over the channels of logits (N,C,[D,]H,W), the sigmoid of a single one: [N,C,voxels],
// float32 or float64 as the logits.
[[nodiscard]] at::Tensor probabilities(const at::Tensor& logits);

// The sum of all numbers, a float64 scalar.
[[nodiscard]] at::Tensor steady_sum(const at::Tensor& values);

}  // namespace myoseg
