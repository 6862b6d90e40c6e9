// Stochastic gradient descent with momentum, in PyTorch's form (the learning rate multiplies the
// momentum buffer).
#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include "train/optimizers/state.h"

namespace myoseg {
namespace {

struct SgdOptions {
  double lr = 1e-2;
  double momentum = 0;
  double dampening = 0;
  double weight_decay = 0;
  bool nesterov = false;
  bool decay_norm_and_bias = true;
};

void describe(Fields& f, SgdOptions& o) {
  f("lr", o.lr, kPositive, "Learning rate before any schedule.");
  f("momentum", o.momentum, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of the last step kept.");
  f("dampening", o.dampening, kFraction, "Share of the gradient left out of the momentum.");
  f("weight_decay", o.weight_decay, kNonNegative, "Times the weights, added to the gradient.");
  f("nesterov", o.nesterov, "Look ahead along the momentum.");
  f("decay_norm_and_bias", o.decay_norm_and_bias,
    "Whether weight decay takes parameters of one dimension (norms, biases) too, as PyTorch does.");
  f.require(!o.nesterov || (o.momentum > 0 && o.dampening == 0),
            "nesterov: needs momentum above 0 and no dampening");
}

struct Update {
  double rate, momentum, kept, decay;
  bool nesterov;
};

template <class T>
void update_range(T* p, const T* g, T* buffer, std::int64_t begin, std::int64_t end,
                  const Update& u) {
  const T rate = static_cast<T>(u.rate), momentum = static_cast<T>(u.momentum);
  const T kept = static_cast<T>(u.kept), decay = static_cast<T>(u.decay);
  if (buffer == nullptr) {
    for (std::int64_t i = begin; i < end; ++i) p[i] -= rate * (g[i] + decay * p[i]);
    return;
  }
  for (std::int64_t i = begin; i < end; ++i) {
    const T gradient = g[i] + decay * p[i];
    buffer[i] = momentum * buffer[i] + kept * gradient;
    p[i] -= rate * (u.nesterov ? gradient + momentum * buffer[i] : buffer[i]);
  }
}

void update_tensor(const at::Tensor& p, const at::Tensor& g, const at::Tensor& buffer,
                   const Update& u) {
  const at::Tensor gradient = u.decay == 0 ? g : g + u.decay * p;
  if (!buffer.defined()) {
    p.add_(gradient, -u.rate);
    return;
  }
  buffer.mul_(u.momentum).add_(gradient, u.kept);
  p.add_(u.nesterov ? gradient + u.momentum * buffer : buffer, -u.rate);
}

class Sgd final : public Optimizer {
 public:
  Sgd(const SgdOptions& o, NamedTensors parameters)
      : Optimizer(std::move(parameters)),
        options_(o),
        buffers_("momentum_buffer", parameters_.size()) {}

  [[nodiscard]] double base_learning_rate() const override { return options_.lr; }

  [[nodiscard]] NamedTensors state() const override {
    NamedTensors state;
    buffers_.save(state, parameters_);
    return state;
  }

  void load_state(const NamedTensors& state) override {
    std::size_t used = 0;
    buffers_.load(state, parameters_, used);
    check_all_used(state, used, parameters_);
  }

 private:
  void update(std::size_t i, double learning_rate, ElementPasses& passes) override {
    const at::Tensor& p = parameters_[i].second;
    // PyTorch fills the buffer with the whole first gradient: dampening starts with the second.
    const bool first = !buffers_.has(i);
    const Update u{
        .rate = learning_rate,
        .momentum = options_.momentum,
        .kept = first ? 1 : 1 - options_.dampening,
        .decay = options_.decay_norm_and_bias || !is_norm_or_bias(p) ? options_.weight_decay : 0,
        .nesterov = options_.nesterov};
    const at::Tensor buffer = options_.momentum > 0 ? buffers_.of(i, p) : at::Tensor();
    if (!is_plain(p)) return update_tensor(p, p.grad(), buffer, u);
    const at::Tensor g = laid_out_like(p.grad(), p);
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "sgd", [&] {
      passes.add(p.numel(), [=](std::int64_t begin, std::int64_t end) {
        scalar_t* b = buffer.defined() ? buffer.data_ptr<scalar_t>() : nullptr;
        update_range(p.data_ptr<scalar_t>(), g.data_ptr<scalar_t>(), b, begin, end, u);
      });
    });
  }

  SgdOptions options_;
  ParameterState buffers_;
};

std::unique_ptr<Optimizer> make_sgd(const SgdOptions& o, NamedTensors parameters) {
  return std::make_unique<Sgd>(o, std::move(parameters));
}

}  // namespace

extern const OptimizerEntry kSgd;
const OptimizerEntry kSgd = entry<OptimizerEntry, SgdOptions, make_sgd>(
    "sgd", "Stochastic gradient descent with momentum.");

}  // namespace myoseg
