// The sum at the end of a residual block and the activation after it, in one pass.
#pragma once

#include <ATen/core/Tensor.h>

namespace myoseg::fused {

// y + x, of the same shape, and what is negative of it times `slope` (from 0 to 1; 1: all as it
// is). Where no gradient is wanted the sum is written over y. For features that applies() of
// models/blocks/fused/chain.h holds for.
[[nodiscard]] at::Tensor residual_sum(const at::Tensor& y, const at::Tensor& x, double slope);

}  // namespace myoseg::fused
