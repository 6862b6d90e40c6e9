#include "models/blocks/fused/chain.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/fused/chain_call.h"
#include "models/runtime/communicator.h"
#include "models/runtime/kernel_scope.h"

namespace myoseg::fused {
namespace {

// The norms' numbers, which the graph does not know of; the features are LibTorch's to keep.
struct KeptCall final : torch::CustomClassHolder {
  c10::intrusive_ptr<ChainCall> call;
  std::optional<NormState> before;
  std::vector<std::optional<NormState>> norms;
};

struct ChainFunction : torch::autograd::Function<ChainFunction> {
  static at::Tensor forward(torch::autograd::AutogradContext* context,
                            const c10::intrusive_ptr<ChainCall>& call, at::TensorList all) {
    std::vector<at::Tensor> list = all.vec();
    ChainState state;
    const at::Tensor y = run_forward(*call, list, &state);
    const auto kept = c10::make_intrusive<KeptCall>();
    kept->call = call;
    kept->before = state.before.norm;
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
      kept->norms.push_back(state.steps[i].norm);
      list.push_back(is_kept(*call, i) ? state.steps[i].x : at::Tensor());
    }
    context->saved_data["call"] = at::IValue::make_capsule(kept);
    context->save_for_backward(std::move(list));
    return y;
  }
  static std::vector<at::Tensor> backward(torch::autograd::AutogradContext* context,
                                          const std::vector<at::Tensor>& gradients) {
    const auto capsule = context->saved_data.at("call").toCapsule();
    const auto& kept = static_cast<const KeptCall&>(*capsule);
    std::vector<at::Tensor> list = context->get_saved_variables();
    ChainState state;
    state.before.norm = kept.before;
    const std::size_t tensors = list.size() - kept.norms.size();
    for (std::size_t i = 0; i < kept.norms.size(); ++i)
      state.steps.push_back({std::move(list[tensors + i]), kept.norms[i]});
    list.resize(tensors);
    const at::NoGradGuard no_grad;
    std::vector<at::Tensor> all =
        run_backward(*kept.call, list, std::move(state), gradients.front());
    all.insert(all.begin(), at::Tensor());  // of the call itself
    return all;
  }

  // What the last convolution gave is needed by a norm or an activation alone.
  static bool is_kept(const ChainCall& call, std::size_t step) {
    const NormCall& after = call.steps[step].after;
    return step + 1 < call.steps.size() || after.norm || after.slope != 1;
  }
};

bool is_float_image(const at::Tensor& x) {
  return x.is_cpu() && x.scalar_type() == at::kFloat && (x.dim() == 4 || x.dim() == 5) &&
         x.numel() > 0;
}

}  // namespace

bool applies(const std::vector<at::Tensor>& inputs) {
  if (running_kernels() == Kernels::library) return false;
  for (const at::Tensor& x : inputs)
    if (!is_float_image(x)) return false;
  return true;
}

bool applies(const Conv& conv) {
  return conv.options().groups == 1 && conv.weight().scalar_type() == at::kFloat;
}

bool applies(const Layer* norm) {
  // Statistics over several processes are not ours.
  if (dynamic_cast<const BatchNorm*>(norm) != nullptr) return !Communicator::world().shares_norms();
  return norm == nullptr || dynamic_cast<const InstanceNorm*>(norm) != nullptr;
}

at::Tensor run(const Chain& chain, const std::vector<at::Tensor>& inputs) {
  auto call = c10::make_intrusive<ChainCall>(chain, inputs);
  const std::vector<at::Tensor> list = std::move(call->list);
  call->list.clear();
  if (auto* recorder = ForwardRecorder::running()) {
    ChainState state;
    const at::Tensor y = run_forward(*call, list, &state);
    for (std::size_t i = 0; i < state.steps.size(); ++i)
      if (ChainFunction::is_kept(*call, i)) recorder->keeps(state.steps[i].x);
    return y;
  }
  if (!at::GradMode::is_enabled()) return run_forward(*call, list, nullptr);
  for (StepCall& step : call->steps) step.conv->kept_filters().reset();
  return ChainFunction::apply(call, at::TensorList(list));
}

}  // namespace myoseg::fused
