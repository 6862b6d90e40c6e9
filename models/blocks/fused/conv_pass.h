// One convolution and its gradients, by our kernels or the library's.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/blocks/layers.h"
#include "models/kernels/choice.h"

namespace myoseg::fused {

// What a convolution reads: features, with what is applied to them on the way (see kernels::Input).
struct Part {
  at::Tensor x;  // as as_features() answers it
  const float *scale = nullptr, *shift = nullptr;
  std::int64_t sample_stride = 0;
  float slope = 1;

  [[nodiscard]] kernels::Input input() const;
};

// A layer's convolution at one size.
struct ConvPass {
  ConvPass(const Conv& conv, const std::vector<std::int64_t>& input, kernels::Kernels kernels);

  ConvOptions options;
  kernels::ConvShape shape;
  std::optional<kernels::Method> method;  // of all passes; none: the library's
  std::vector<std::int64_t> output;       // (N,C,[D,]H,W)
};

struct ForwardPass {
  at::Tensor weight = {}, bias = {};  // bias: or undefined
  float slope = 1;
  kernels::ChannelSums sums = {};             // before the activation; null: not wanted
  const kernels::Filters* filters = nullptr;  // made of the weight before; null: not
};
[[nodiscard]] at::Tensor forward(const ConvPass& pass, const std::vector<Part>& parts,
                                 const ForwardPass& call);
// Of what was read, a tensor for each part.
[[nodiscard]] std::vector<at::Tensor> backward_data(const ConvPass& pass,
                                                    const std::vector<Part>& parts,
                                                    const at::Tensor& weight, const at::Tensor& dy);
[[nodiscard]] at::Tensor backward_weights(const ConvPass& pass, const std::vector<Part>& parts,
                                          const at::Tensor& weight, const at::Tensor& dy);

}  // namespace myoseg::fused
