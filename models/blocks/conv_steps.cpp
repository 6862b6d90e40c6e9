#include "models/blocks/conv_steps.h"

#include <ATen/core/grad_mode.h>

#include <optional>
#include <utility>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/chain.h"
#include "models/blocks/fused/residual.h"
#include "models/blocks/transformer_layers.h"

namespace myoseg {
namespace {

// A norm (null: none) and an activation after it, where the fused kernels have them.
std::optional<fused::NormStep> fused_step(const Layer* norm, const ActivationStep& step) {
  if (!fused::applies(norm)) return {};
  if (step.kind == Activation::none) return fused::NormStep{norm, 1};
  if (step.kind == Activation::relu) return fused::NormStep{norm, 0};
  if (step.kind == Activation::leaky_relu && step.slope >= 0)
    return fused::NormStep{norm, step.slope};
  if (step.kind == Activation::prelu && (norm != nullptr || !at::GradMode::is_enabled()))
    return fused::NormStep{norm, 1, step.prelu.get()};
  return {};
}

at::Tensor plain_step(const ConvStep& step, const std::vector<at::Tensor>& parts) {
  const at::Tensor y = (*step.conv)(joined_channels(parts));
  return step.norm == nullptr ? activate(y, step.activation)
                              : norm_act(*step.norm, step.activation, y);
}

void note(const fused::NormStep& step, ForwardRecorder& recorder, at::IntArrayRef sizes) {
  if (step.norm != nullptr) step.norm->note(recorder, sizes, sizes);
  if (step.prelu != nullptr) step.prelu->note(recorder, sizes, sizes);
}

// Tells a running ForwardRecorder of the layers and of what they read together.
void note(const fused::Chain& chain, const std::vector<at::Tensor>& inputs) {
  auto* recorder = ForwardRecorder::running();
  if (recorder == nullptr) return;
  for (const at::Tensor& x : inputs) recorder->keeps(x);
  std::vector<std::int64_t> sizes = inputs.front().sizes().vec();
  note(chain.before, *recorder, sizes);
  for (const fused::Step& step : chain.steps) {
    sizes[1] = step.conv->options().in;
    const std::vector<std::int64_t> output = step.conv->output_size(sizes);
    step.conv->note(*recorder, sizes, output);
    note(step.after, *recorder, output);
    sizes = output;
  }
}

at::Tensor run_noted(const fused::Chain& chain, const std::vector<at::Tensor>& inputs) {
  note(chain, inputs);
  return fused::run(chain, inputs);
}

// As much of a step as the fused kernels have, and whether that is all of it.
struct FusedPart {
  fused::Step step;
  bool norm = true, activation = true;
};
FusedPart fused_part(const ConvStep& step) {
  FusedPart part{.step = {.conv = step.conv}};
  if (const auto whole = fused_step(step.norm, step.activation)) {
    part.step.after = *whole;
    return part;
  }
  part.activation = false;
  part.norm = fused::applies(step.norm);
  if (part.norm) part.step.after.norm = step.norm;
  return part;
}

at::Tensor rest_of(const ConvStep& step, const FusedPart& done, const at::Tensor& y) {
  if (!done.norm) return norm_act(*step.norm, step.activation, y);
  return done.activation ? y : activate(y, step.activation);
}

}  // namespace

at::Tensor activate(at::Tensor x, const ActivationStep& step) {
  return step.prelu ? (*step.prelu)(x) : activate(std::move(x), step.kind, step.slope);
}

at::Tensor conv_chain(const std::vector<ConvStep>& steps, const std::vector<at::Tensor>& parts) {
  std::vector<at::Tensor> x = parts;
  fused::Chain chain;
  const auto run_chain = [&] {
    if (!chain.steps.empty()) x = {run_noted(chain, x)};
    chain.steps.clear();
  };
  for (const ConvStep& step : steps) {
    if (!fused::applies(x) || !fused::applies(*step.conv)) {
      run_chain();
      x = {plain_step(step, x)};
      continue;
    }
    const FusedPart part = fused_part(step);
    chain.steps.push_back(part.step);
    if (part.activation) continue;
    run_chain();
    x = {rest_of(step, part, x.front())};
  }
  run_chain();
  return x.front();
}

at::Tensor conv_norm_act(Conv& conv, Layer* norm, const ActivationStep& activation,
                         const at::Tensor& x) {
  return conv_chain({{&conv, norm, activation}}, {x});
}

at::Tensor norm_act_conv(Layer& norm, const ActivationStep& activation, Conv& conv,
                         const at::Tensor& x) {
  const auto before = fused_step(&norm, activation);
  if (before && fused::applies({x}) && fused::applies(conv))
    return run_noted({.before = *before, .steps = {{&conv}}}, {x});
  return conv(norm_act(norm, activation, x));
}

at::Tensor norm_act(Layer& norm, const ActivationStep& activation, const at::Tensor& x) {
  const auto before = fused_step(&norm, activation);
  if (before && fused::applies({x})) return run_noted({.before = *before}, {x});
  return activate(norm(x), activation);
}

at::Tensor residual_sum(const at::Tensor& y, const at::Tensor& x,
                        const ActivationStep& activation) {
  const auto step = fused_step(nullptr, activation);
  if (step && step->prelu == nullptr && fused::applies({y, x}))
    return fused::residual_sum(y, x, step->slope);
  return activate(y + x, activation);
}

at::Tensor upsample_conv(Conv& transposed, const at::Tensor& x) { return transposed(x); }

at::Tensor conv_layer_norm(Conv& conv, LayerNorm& norm, const at::Tensor& x) {
  const at::Tensor y = conv(x);
  return image_of(norm(tokens_of(y)), y.size(2), y.size(3));
}

}  // namespace myoseg
