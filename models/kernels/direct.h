// Convolutions of any kernel, stride and padding, transposed ones too, as products of rows of
// channels with packed weights; rows are read where they lie.
#pragma once

#include "models/kernels/convolution.h"

namespace myoseg::kernels::direct {

[[nodiscard]] Filters make_filters(const ConvShape& shape, const float* weight, bool backward);
void forward(const ForwardCall& call);
void backward_data(const BackwardDataCall& call);
void backward_weights(const BackwardWeightsCall& call);

}  // namespace myoseg::kernels::direct
