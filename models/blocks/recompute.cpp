#include "models/blocks/recompute.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <memory>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/layers.h"
#include "models/runtime/kernel_scope.h"
#include "models/runtime/precision.h"

namespace myoseg {
namespace {

using Tensors = std::vector<at::Tensor>;

std::vector<Dropout*> dropouts_of(torch::nn::Module& block) {
  std::vector<Dropout*> all;
  for (const auto& module : block.modules())
    if (auto* dropout = dynamic_cast<Dropout*>(module.get())) all.push_back(dropout);
  return all;
}

// What the second pass needs beside the inputs; it keeps the block alive.
struct BlockCall final : torch::CustomClassHolder {
  std::shared_ptr<torch::nn::Module> block;
  BlockForward forward;
  std::size_t inputs = 0;
  RunningPrecision precision;
  Kernels kernels = Kernels::library;
  std::vector<Dropout::Draw> draws;  // of dropouts_of(*block)
};

// While it lives the block's dropout draws what it drew at first; afterwards its draws and buffers
// are as before.
class SecondPass {
 public:
  explicit SecondPass(const BlockCall& call)
      : dropouts_(dropouts_of(*call.block)), buffers_(call.block->buffers()) {
    for (std::size_t i = 0; i < dropouts_.size(); ++i) {
      draws_.push_back(dropouts_[i]->next_draw());
      dropouts_[i]->set_next_draw(call.draws[i]);
    }
    for (const auto& buffer : buffers_) before_.push_back(buffer.clone());
  }
  ~SecondPass() {
    for (std::size_t i = 0; i < dropouts_.size(); ++i) dropouts_[i]->set_next_draw(draws_[i]);
    at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < buffers_.size(); ++i) buffers_[i].copy_(before_[i]);
  }
  SecondPass(const SecondPass&) = delete;
  SecondPass& operator=(const SecondPass&) = delete;

 private:
  std::vector<Dropout*> dropouts_;
  std::vector<Dropout::Draw> draws_;
  Tensors buffers_, before_;
};

Tensors run_again(const BlockCall& call, const Tensors& inputs) {
  const at::AutoGradMode with_gradients(true);
  const PrecisionScope scope(call.precision);
  const KernelScope kernel_scope(call.kernels);
  return call.forward(inputs);
}

// Gradients of `saved`, the inputs and then the parameters; undefined where there is none.
Tensors gradients_of(const BlockCall& call, const Tensors& saved, const Tensors& output_gradients) {
  Tensors leaves = saved, wanted, outputs, seeds;
  for (std::size_t i = 0; i < call.inputs; ++i)
    leaves[i] = saved[i].detach().set_requires_grad(saved[i].requires_grad());
  const SecondPass second(call);
  const Tensors again = run_again(call, {leaves.begin(), leaves.begin() + call.inputs});
  for (std::size_t i = 0; i < again.size(); ++i)
    if (output_gradients[i].defined() && again[i].requires_grad()) {
      outputs.push_back(again[i]);
      seeds.push_back(output_gradients[i]);
    }
  for (const auto& x : leaves)
    if (x.requires_grad()) wanted.push_back(x);
  Tensors gradients(leaves.size());
  if (outputs.empty() || wanted.empty()) return gradients;
  const Tensors found =
      torch::autograd::grad(outputs, wanted, seeds, /*retain_graph=*/false, /*create_graph=*/false,
                            /*allow_unused=*/true);
  for (std::size_t i = 0, next = 0; i < leaves.size(); ++i)
    if (leaves[i].requires_grad()) gradients[i] = found[next++];
  return gradients;
}

struct Recomputed : torch::autograd::Function<Recomputed> {
  // `all`: the inputs and then the parameters, so that LibTorch sees who needs gradients.
  static Tensors forward(torch::autograd::AutogradContext* context,
                         const c10::intrusive_ptr<BlockCall>& call, at::TensorList all) {
    context->saved_data["call"] = at::IValue::make_capsule(call);
    context->save_for_backward(all.vec());
    context->set_materialize_grads(false);
    const PrecisionScope scope(call->precision);
    return call->forward({all.begin(), all.begin() + call->inputs});
  }
  static Tensors backward(torch::autograd::AutogradContext* context, const Tensors& gradients) {
    const auto capsule = context->saved_data.at("call").toCapsule();
    const auto& call = static_cast<const BlockCall&>(*capsule);
    Tensors all = gradients_of(call, context->get_saved_variables(), gradients);
    all.insert(all.begin(), at::Tensor());  // of the call itself
    return all;
  }
};

Tensors run_noted(ForwardRecorder& recorder, const Tensors& inputs, const BlockForward& forward) {
  recorder.begin_block(inputs);
  Tensors outputs = forward(inputs);
  recorder.end_block();
  return outputs;
}

}  // namespace

void describe_checkpointing(Fields& f, Checkpointing& o) {
  f("activation_checkpointing", o, kAny.without_effect(),
    "What saves memory in training: blocks keep their inputs alone and are computed a second time "
    "in the backward pass: a forward pass more, for a fraction of the memory. Gradients are the same "
    "but for rounding.");
}

Tensors run_block(Checkpointing kind, torch::nn::Module& block, const Tensors& inputs,
                  const BlockForward& forward) {
  if (auto* recorder = ForwardRecorder::running()) return run_noted(*recorder, inputs, forward);
  if (kind == Checkpointing::none || !at::GradMode::is_enabled()) return forward(inputs);
  const auto call = c10::make_intrusive<BlockCall>();
  call->block = block.shared_from_this();
  call->forward = forward;
  call->inputs = inputs.size();
  call->precision = running_precision();
  call->kernels = running_kernels();
  for (const auto* dropout : dropouts_of(block)) call->draws.push_back(dropout->next_draw());
  Tensors all = inputs;
  for (const auto& parameter : block.parameters()) all.push_back(parameter);
  return Recomputed::apply(call, at::TensorList(all));
}

}  // namespace myoseg
