// The gradient of the weights of kernels of 3.
#pragma once

#include <span>

#include "models/kernels/convolution.h"

namespace myoseg::kernels::winograd {

// As BackwardWeightsCall, from gradients that lie side by side along the channels.
struct WeightGradientCall {
  ConvShape shape;
  Method method = Method::winograd_f2;
  std::span<const Input> inputs;
  std::span<const ConstFeatures> dy;
  float* dweight = nullptr;
};
void weight_gradient(const WeightGradientCall& call);

}  // namespace myoseg::kernels::winograd
