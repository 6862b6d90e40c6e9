// Convolutions with what comes right before or after them. Wherever a network has such a step it is
// one of these functions: they take the kernels of models/blocks/fused/ where a KernelScope says so
// and the layers are of those kinds, and layer after layer of LibTorch otherwise.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "models/blocks/layers.h"
#include "models/blocks/operations.h"

namespace myoseg {

class LayerNorm;

// An activation as a step: with the slope of leaky_relu, or the layer of prelu, which whoever keeps
// the step registers under a name.
struct ActivationStep {
  // From a kind alone too, so that most networks only name it.
  ActivationStep(Activation which, double leaky_slope = kLeakySlope)
      : kind(which), slope(leaky_slope) {
    if (kind == Activation::prelu) prelu = std::make_shared<PRelu>();
  }
  Activation kind;
  double slope;
  std::shared_ptr<PRelu> prelu = {};
};
// The step alone. Overwrites x as activate(x, kind) does, but for prelu.
[[nodiscard]] at::Tensor activate(at::Tensor x, const ActivationStep& step);

// Convolution, normalisation (null: none), activation.
struct ConvStep {
  Conv* conv = nullptr;
  Layer* norm = nullptr;
  ActivationStep activation = Activation::none;
};
// Such steps one after another on features side by side along the channels: (N,C,[D,]H,W), of the
// same size.
[[nodiscard]] at::Tensor conv_chain(const std::vector<ConvStep>& steps,
                                    const std::vector<at::Tensor>& parts);
// One such step.
[[nodiscard]] at::Tensor conv_norm_act(Conv& conv, Layer* norm, const ActivationStep& activation,
                                       const at::Tensor& x);
// Normalisation, activation, convolution.
[[nodiscard]] at::Tensor norm_act_conv(Layer& norm, const ActivationStep& activation, Conv& conv,
                                       const at::Tensor& x);
// Normalisation and activation alone: where a convolution does not follow, or not only it.
[[nodiscard]] at::Tensor norm_act(Layer& norm, const ActivationStep& activation,
                                  const at::Tensor& x);
// y, which nobody else needs, + x and the activation of that: the end of a residual block.
[[nodiscard]] at::Tensor residual_sum(const at::Tensor& y, const at::Tensor& x,
                                      const ActivationStep& activation);
// The transposed convolution of a decoder, before its result is joined with features of that size.
[[nodiscard]] at::Tensor upsample_conv(Conv& transposed, const at::Tensor& x);
// Convolution of an image, then the norm of each place over its channels: (N,C,H,W), channels-last.
[[nodiscard]] at::Tensor conv_layer_norm(Conv& conv, LayerNorm& norm, const at::Tensor& x);

}  // namespace myoseg
