// Convolutions with kernels of 3 (and 3 or 1 in depth) at stride 1, with fewer multiplications:
// Lavin and Gray, CVPR 2016. In depth, where the kernel is 3, outputs come in pairs: F(2, 3).
#pragma once

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

// Whether there is such a convolution: kernel (1 or 3, 3, 3), stride 1, padding half of the kernel.
[[nodiscard]] bool fits(const ConvShape& shape);
[[nodiscard]] Filters make_filters(const ConvShape& shape, Method method, const float* weight,
                                   bool backward);
void forward(const ForwardCall& call);
void backward_data(const BackwardDataCall& call);
void backward_weights(const BackwardWeightsCall& call);

}  // namespace myoseg::kernels::winograd
