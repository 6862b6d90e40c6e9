// The taps of kernels of 3 as the products want them.
#pragma once

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

// See kernels::make_filters. `shape` is not transposed.
[[nodiscard]] Filters transformed(const ConvShape& shape, Method method, const float* weight,
                                  bool backward);

}  // namespace myoseg::kernels::winograd
