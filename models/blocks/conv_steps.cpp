#include "models/blocks/conv_steps.h"

#include <utility>

#include "models/blocks/transformer_layers.h"

namespace myoseg {

at::Tensor activate(at::Tensor x, const ActivationStep& step) {
  return step.prelu ? (*step.prelu)(x) : activate(std::move(x), step.kind, step.slope);
}

at::Tensor conv_norm_act(Conv& conv, Layer* norm, const ActivationStep& activation,
                         const at::Tensor& x) {
  const at::Tensor y = conv(x);
  return norm == nullptr ? activate(y, activation) : norm_act(*norm, activation, y);
}

at::Tensor norm_act_conv(Layer& norm, const ActivationStep& activation, Conv& conv,
                         const at::Tensor& x) {
  return conv(norm_act(norm, activation, x));
}

at::Tensor norm_act(Layer& norm, const ActivationStep& activation, const at::Tensor& x) {
  return activate(norm(x), activation);
}

at::Tensor upsample_conv(Conv& transposed, const at::Tensor& x) { return transposed(x); }

at::Tensor conv_layer_norm(Conv& conv, LayerNorm& norm, const at::Tensor& x) {
  const at::Tensor y = conv(x);
  return image_of(norm(tokens_of(y)), y.size(2), y.size(3));
}

}  // namespace myoseg
