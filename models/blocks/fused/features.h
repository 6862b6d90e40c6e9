// Tensors as the kernels see them.
#pragma once

#include <ATen/core/Tensor.h>

#include "models/kernels/features.h"

namespace myoseg::fused {

// Channels-last, for images (N,C,H,W) and volumes (N,C,D,H,W).
[[nodiscard]] at::MemoryFormat channels_last(std::int64_t dims);
// x itself where its channels lie side by side, place after place, or a copy that does.
[[nodiscard]] at::Tensor as_features(const at::Tensor& x);
[[nodiscard]] at::Tensor empty_features(at::IntArrayRef sizes);  // (N,C,[D,]H,W), not set
// Of tensors that as_features() answers as they are.
[[nodiscard]] kernels::Features features(const at::Tensor& x);
[[nodiscard]] kernels::ConstFeatures const_features(const at::Tensor& x);

}  // namespace myoseg::fused
