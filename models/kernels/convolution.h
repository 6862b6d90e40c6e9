// Convolutions of channels-last float32 features and their gradients, on the processor. Each method
// computes all passes; how is its own business (winograd.h, direct.h). Results do not depend on the
// number of threads.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "models/kernels/buffer.h"
#include "models/kernels/features.h"

namespace myoseg::kernels {

// By axis: depth, height, width; images have kernel 1, stride 1 and padding 0 in depth.
struct ConvShape {
  std::int64_t in = 0, out = 0;  // channels, of all inputs together
  std::array<std::int64_t, 3> kernel{1, 1, 1}, stride{1, 1, 1}, padding{0, 0, 0};
  bool transposed = false;  // at::conv_transpose's meaning of stride and padding
};

// winograd_f2 and winograd_f4 compute squares of 2 x 2 and 4 x 4 places at once with fewer
// multiplications (Lavin and Gray, CVPR 2016): kernels of 3 at stride 1, and transposed kernels of
// 4 at stride 2. direct: any shape without groups.
enum class Method { direct, winograd_f2, winograd_f4 };

// Weights as a method wants them, good for any number of calls with the same instruction set.
struct Filters {
  ConvShape shape;
  Method method = Method::direct;
  bool backward = false;  // for backward_data
  Buffer values;
};
// `weight` is PyTorch's: [out][in][kz][ky][kx], or [in][out][kz][ky][kx] of a transposed one.
[[nodiscard]] Filters make_filters(const ConvShape& shape, Method method, const float* weight,
                                   bool backward = false);

// y = activation(convolution(inputs side by side along the channels) + bias).
struct ForwardCall {
  const Filters* filters = nullptr;
  std::span<const Input> inputs;
  const float* bias = nullptr;  // [out]; null: none
  float slope = 1;              // of the activation, as Input::slope; 1: none
  Features y;
  ChannelSums sums{};  // of y before the activation
};
void forward(const ForwardCall& call);

// The gradient of what the convolution read, that is of the inputs after their scale and
// activation, from that of y; one output for each input, which is overwritten.
struct BackwardDataCall {
  const Filters* filters = nullptr;  // made with backward
  ConstFeatures dy;
  std::span<const Features> dx;
};
void backward_data(const BackwardDataCall& call);

// The gradient of the weights, in PyTorch's order; overwritten.
struct BackwardWeightsCall {
  ConvShape shape;
  Method method = Method::direct;
  std::span<const Input> inputs;
  ConstFeatures dy;
  float* dweight = nullptr;
};
void backward_weights(const BackwardWeightsCall& call);

}  // namespace myoseg::kernels
