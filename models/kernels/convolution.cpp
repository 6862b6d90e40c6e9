#include "models/kernels/convolution.h"

#include "models/kernels/direct.h"
#include "models/kernels/winograd.h"

namespace myoseg::kernels {

Filters make_filters(const ConvShape& shape, Method method, const float* weight, bool backward) {
  if (method == Method::direct) return direct::make_filters(shape, weight, backward);
  return winograd::make_filters(shape, method, weight, backward);
}

void forward(const ForwardCall& call) {
  if (call.filters->method == Method::direct) return direct::forward(call);
  winograd::forward(call);
}

void backward_data(const BackwardDataCall& call) {
  if (call.filters->method == Method::direct) return direct::backward_data(call);
  winograd::backward_data(call);
}

void backward_weights(const BackwardWeightsCall& call) {
  if (call.method == Method::direct) return direct::backward_weights(call);
  winograd::backward_weights(call);
}

}  // namespace myoseg::kernels
