#include "models/blocks/fused/chain_call.h"

#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/features.h"
#include "models/blocks/fused/folded.h"
#include "models/kernels/passes/passes.h"
#include "models/runtime/chosen_methods.h"
#include "models/runtime/kernel_scope.h"

namespace myoseg::fused {
namespace {

std::string text_of(const ConvPass& pass, const std::vector<std::int64_t>& input) {
  return fmt::format("{}{} {} -> {} at {}x{}", pass.options.transposed ? "transposed " : "",
                     fmt::join(pass.options.kernel, "x"), pass.options.in, pass.options.out,
                     input[0], fmt::join(input.begin() + 2, input.end(), "x"));
}

ChannelNorm channel_norm_of(const Layer& layer) {
  if (const auto* batch = dynamic_cast<const BatchNorm*>(&layer)) return batch->channel_norm();
  return dynamic_cast<const InstanceNorm&>(layer).channel_norm();
}

std::int64_t places_of(const at::Tensor& x) { return x.numel() / x.size(0) / x.size(1); }

NormState state_of(const ChannelNorm& norm, const Sums& sums, const at::Tensor& x) {
  NormState state;
  state.moments =
      norm.fixed ? fixed_moments(norm) : moments_of(norm, sums, x.size(0), places_of(x));
  state.affine = affine_of(norm, state.moments);
  return state;
}

// What is read of the inputs.
std::vector<Part> parts_before(const ChainCall& call, const std::vector<at::Tensor>& list,
                               ChainState::Kept& kept) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < call.inputs; ++i) parts.push_back({.x = list[i]});
  if (!call.before.norm) return parts;
  const at::Tensor& x = parts.front().x;
  const ChannelNorm norm = with_parameters(call.before, list);
  Sums sums(x.size(0), x.size(1));
  if (!norm.fixed) kernels::channel_sums(const_features(x), sums.out());
  kept.norm = state_of(norm, sums, x);
  return {normed(x, kept.norm->affine, call.before.slope)};
}

// The part written out; over itself where nobody needs it any more.
at::Tensor activated(const Part& part, bool in_place) {
  const at::Tensor z = in_place ? part.x : empty_features(part.x.sizes());
  kernels::activate(part.input(), {}, features(z));
  return z;
}

// A convolution and the statistics of the norm after it; answers what the next one reads.
Part run_step(const StepCall& step, const std::vector<at::Tensor>& list,
              const std::vector<Part>& parts, bool training, ChainState::Kept& kept) {
  ForwardPass pass{.weight = in_list(list, step.parameters.weight),
                   .bias = in_list(list, step.parameters.bias)};
  std::shared_ptr<const KeptFilters> filters;
  if (!training) {
    filters = prediction_filters(step, list);
    pass.weight = filters->weight;
    pass.bias = filters->bias;
    if (step.pass.method) pass.filters = &filters->filters;
  }
  const bool folded = !training && step.after.norm && step.after.norm->fixed;
  if (!step.after.norm || folded) {
    pass.slope = step.after.slope;
    kept.x = forward(step.pass, parts, pass);
    return {.x = kept.x};
  }
  const ChannelNorm norm = with_parameters(step.after, list);
  Sums sums(step.pass.output[0], step.pass.output[1]);
  if (!norm.fixed) pass.sums = sums.out();
  kept.x = forward(step.pass, parts, pass);
  kept.norm = state_of(norm, sums, kept.x);
  return normed(kept.x, kept.norm->affine, step.after.slope);
}

at::Tensor slope_gradient_where_learnt(const NormCall& call, const Affine& affine,
                                       const at::Tensor& x, const at::Tensor& dz) {
  return call.slope_place < 0 ? at::Tensor() : slope_gradient(affine, x, dz);
}

// The gradient of what a step's norm or activation read, from that of what it gave; theirs and the
// convolution's bias' go to `gradients`.
at::Tensor back_through(const StepCall& step, const ChainCall& call,
                        const std::vector<at::Tensor>& list, const ChainState::Kept& kept,
                        const at::Tensor& dz, bool in_place, std::vector<at::Tensor>& gradients) {
  const auto put = [&](std::int64_t place, const at::Tensor& gradient) {
    if (place >= 0 && call.needs_gradient[static_cast<std::size_t>(place)])
      gradients[static_cast<std::size_t>(place)] = gradient;
  };
  const std::int64_t bias = step.parameters.bias;
  if (step.after.norm) {
    put(step.after.slope_place,
        slope_gradient_where_learnt(step.after, kept.norm->affine, kept.x, dz));
    const NormGradient g = norm_gradient(with_parameters(step.after, list), kept.norm->moments,
                                         kept.norm->affine, kept.x, step.after.slope, dz, in_place);
    put(step.after.parameters.weight, g.dweight);
    put(step.after.parameters.bias, g.dbias);
    put(bias, g.dx_sum);
    return g.dx;
  }
  const bool of_bias = bias >= 0 && call.needs_gradient[static_cast<std::size_t>(bias)];
  if (step.after.slope == 1 && !of_bias) return dz;
  // Without an activation only the sums are asked for, and what x is does not matter.
  const NormGradient g =
      activation_gradient(step.after.slope == 1 ? dz : kept.x, step.after.slope, dz, in_place);
  put(bias, g.dx_sum);
  return g.dx;
}

// What step i read.
std::vector<Part> parts_of(const ChainCall& call, const std::vector<at::Tensor>& list,
                           const ChainState& state, std::size_t i) {
  if (i > 0) {
    const ChainState::Kept& kept = state.steps[i - 1];
    if (kept.norm) return {normed(kept.x, kept.norm->affine, call.steps[i - 1].after.slope)};
    return {{.x = kept.x}};
  }
  if (state.before.norm) return {normed(list[0], state.before.norm->affine, call.before.slope)};
  std::vector<Part> parts;
  for (std::size_t k = 0; k < call.inputs; ++k) parts.push_back({.x = list[k]});
  return parts;
}

// Whether the first step's own input has a gradient that somebody needs.
bool inputs_need(const ChainCall& call) {
  if (call.before.norm && (call.before.parameters.weight >= 0 || call.before.slope_place >= 0))
    return true;
  for (std::size_t i = 0; i < call.inputs; ++i)
    if (call.needs_gradient[i]) return true;
  return false;
}

}  // namespace

at::Tensor in_list(const std::vector<at::Tensor>& list, std::int64_t place) {
  return place < 0 ? at::Tensor() : list[static_cast<std::size_t>(place)];
}

// The norm with the list's parameters.
ChannelNorm with_parameters(const NormCall& call, const std::vector<at::Tensor>& list) {
  ChannelNorm norm = *call.norm;
  norm.weight = in_list(list, call.parameters.weight);
  norm.bias = in_list(list, call.parameters.bias);
  return norm;
}

Places ChainCall::add(const at::Tensor& weight, const at::Tensor& bias) {
  const auto place_of = [&](const at::Tensor& t) -> std::int64_t {
    if (!t.defined()) return -1;
    list.push_back(t);
    return static_cast<std::int64_t>(list.size()) - 1;
  };
  const std::int64_t weight_place = place_of(weight);
  return {weight_place, place_of(bias)};
}

NormCall ChainCall::norm_call(const NormStep& step) {
  NormCall call{.slope = static_cast<float>(step.slope)};
  if (step.prelu != nullptr) {
    call.slope_place = static_cast<std::int64_t>(list.size());
    call.slope = step.prelu->weight().item<float>();
    list.push_back(step.prelu->weight());
  }
  if (step.norm == nullptr) return call;
  call.norm = channel_norm_of(*step.norm);
  call.parameters = add(call.norm->weight, call.norm->bias);
  return call;
}

ChainCall::ChainCall(const Chain& chain, const std::vector<at::Tensor>& given)
    : inputs(given.size()) {
  std::vector<std::int64_t> sizes = given.front().sizes().vec();
  for (const at::Tensor& x : given) list.push_back(as_features(x));
  before = norm_call(chain.before);
  for (const Step& step : chain.steps) {
    ConvPass pass(*step.conv, sizes, running_kernels());
    if (auto* chosen = ChosenMethods::running()) chosen->add(text_of(pass, sizes), pass.method);
    sizes = pass.output;
    const Places parameters = add(step.conv->weight(), step.conv->bias());
    steps.push_back({std::move(pass), parameters, norm_call(step.after), step.conv});
  }
  for (const at::Tensor& t : list) needs_gradient.push_back(t.requires_grad());
}

at::Tensor run_forward(const ChainCall& call, const std::vector<at::Tensor>& list,
                       ChainState* state) {
  ChainState::Kept before;
  std::vector<Part> parts = parts_before(call, list, before);
  std::vector<ChainState::Kept> kept(call.steps.size());
  for (std::size_t i = 0; i < call.steps.size(); ++i) {
    parts = std::vector<Part>{run_step(call.steps[i], list, parts, state != nullptr, kept[i])};
    if (state == nullptr && i > 0) kept[i - 1] = {};
  }
  at::Tensor out = parts.front().x;
  if (parts.front().scale != nullptr)
    out = activated(parts.front(), state == nullptr && !call.steps.empty());
  if (state != nullptr) *state = {before, std::move(kept)};
  return out;
}

std::vector<at::Tensor> run_backward(const ChainCall& call, const std::vector<at::Tensor>& list,
                                     ChainState state, const at::Tensor& dy) {
  std::vector<at::Tensor> gradients(list.size());
  const auto needs = [&](std::int64_t place) {
    return place >= 0 && call.needs_gradient[static_cast<std::size_t>(place)];
  };
  at::Tensor g = as_features(dy);
  bool ours = false;  // may be written over
  std::vector<at::Tensor> of_parts{g};
  for (std::size_t i = call.steps.size(); i-- > 0;) {
    const StepCall& step = call.steps[i];
    g = back_through(step, call, list, state.steps[i], of_parts.front(), ours, gradients);
    of_parts.clear();
    state.steps[i] = {};
    const std::vector<Part> parts = parts_of(call, list, state, i);
    const at::Tensor weight = in_list(list, step.parameters.weight);
    if (needs(step.parameters.weight))
      gradients[static_cast<std::size_t>(step.parameters.weight)] =
          backward_weights(step.pass, parts, weight, g);
    if (i == 0 && !inputs_need(call)) return gradients;
    of_parts = backward_data(step.pass, parts, weight, g);
    g.reset();
    ours = true;
  }
  if (call.before.norm) {
    if (needs(call.before.slope_place))
      gradients[static_cast<std::size_t>(call.before.slope_place)] =
          slope_gradient(state.before.norm->affine, list[0], of_parts.front());
    const NormGradient n = norm_gradient(with_parameters(call.before, list),
                                         state.before.norm->moments, state.before.norm->affine,
                                         list[0], call.before.slope, of_parts.front(), ours);
    of_parts = {n.dx};
    if (needs(call.before.parameters.weight))
      gradients[static_cast<std::size_t>(call.before.parameters.weight)] = n.dweight;
    if (needs(call.before.parameters.bias))
      gradients[static_cast<std::size_t>(call.before.parameters.bias)] = n.dbias;
  }
  for (std::size_t i = 0; i < call.inputs; ++i)
    if (call.needs_gradient[i]) gradients[i] = of_parts[i];
  return gradients;
}

}  // namespace myoseg::fused
