// Convolutions with kernels of 3 (and 3 or 1 in depth) at stride 1, with fewer multiplications:
// Lavin and Gray, CVPR 2016. In depth, where the kernel is 3, outputs come in pairs: F(2, 3). And
// transposed ones of images with kernels of 4 at stride 2, see winograd/phases.h.
#pragma once

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

// Whether it is such a convolution: kernel (1 or 3, 3, 3), stride 1, padding half of the kernel; or
// transposed, kernel (1, 4, 4), stride 2, padding 1.
[[nodiscard]] bool fits(const ConvShape& shape);
[[nodiscard]] Filters make_filters(const ConvShape& shape, Method method, const float* weight,
                                   bool backward);
void forward(const ForwardCall& call);
void backward_data(const BackwardDataCall& call);
void backward_weights(const BackwardWeightsCall& call);

}  // namespace myoseg::kernels::winograd
