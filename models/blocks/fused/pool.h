// Max pooling that keeps a byte for each number it gives instead of what it read.
#pragma once

#include <ATen/core/Tensor.h>

namespace myoseg::fused {

// Whether a window has at most 255 places and fits into x.
[[nodiscard]] bool can_pool(const at::Tensor& x, at::IntArrayRef size);
// Windows of `size` places (by axis) side by side, as at::max_pool2d and 3d with that stride. For
// inputs that applies() of models/blocks/fused/chain.h and can_pool() hold for.
[[nodiscard]] at::Tensor max_pool(const at::Tensor& x, at::IntArrayRef size);

}  // namespace myoseg::fused
