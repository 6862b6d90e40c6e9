// Convolutions with what comes right before or after them. Wherever a network has such a step it is
// one of these functions, so that a fused implementation takes their bodies over and leaves the
// networks alone.
#pragma once

#include <ATen/core/Tensor.h>

#include "models/blocks/layers.h"
#include "models/blocks/operations.h"

namespace myoseg {

class LayerNorm;

// Convolution, normalisation (null: none), activation.
[[nodiscard]] at::Tensor conv_norm_act(Conv& conv, Layer* norm, Activation activation,
                                       const at::Tensor& x);
// Normalisation, activation, convolution.
[[nodiscard]] at::Tensor norm_act_conv(Layer& norm, Activation activation, Conv& conv,
                                       const at::Tensor& x);
// Normalisation and activation alone: where a convolution does not follow, or not only it.
[[nodiscard]] at::Tensor norm_act(Layer& norm, Activation activation, const at::Tensor& x);
// The transposed convolution of a decoder, before its result is joined with features of that size.
[[nodiscard]] at::Tensor upsample_conv(Conv& transposed, const at::Tensor& x);
// Convolution of an image, then the norm of each place over its channels: (N,C,H,W), channels-last.
[[nodiscard]] at::Tensor conv_layer_norm(Conv& conv, LayerNorm& norm, const at::Tensor& x);

}  // namespace myoseg
