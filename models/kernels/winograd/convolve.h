// forward and backward_data, which is a forward from the outputs to the inputs with filters of its
// own.
#pragma once

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

struct Convolve {
  const Filters* filters = nullptr;
  std::span<const Input> inputs;
  std::span<const Features> outputs;  // side by side along the channels
  const float* bias = nullptr;        // and sums: of the channels of one output, the same for all
  float slope = 1;
  ChannelSums sums{};
};
void convolve(const Convolve& call);

}  // namespace myoseg::kernels::winograd
