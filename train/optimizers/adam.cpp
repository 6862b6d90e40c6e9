// Adam (Kingma and Ba, ICLR 2015), AMSGrad (Reddi et al., ICLR 2018) and AdamW (Loshchilov and
// Hutter, ICLR 2019).
#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <array>
#include <cmath>

#include "core/simd.h"
#include "train/optimizers/fused_adam.h"
#include "train/optimizers/state.h"

namespace myoseg {
namespace {

struct AdamOptions {
  double lr = 1e-3;
  std::array<double, 2> betas{0.9, 0.999};
  double eps = 1e-8;
  double weight_decay = 0;
  bool amsgrad = false;
  bool decay_norm_and_bias = true;
};

struct AdamWOptions : AdamOptions {
  AdamWOptions() { weight_decay = 1e-2; }
};

void describe(Fields& f, AdamOptions& o) {
  f("lr", o.lr, kPositive, "Learning rate before any schedule.");
  f("betas", o.betas, Limits{.low = 0, .high = 1, .high_open = true},
    "Memory of the running means of the gradient and of its square.");
  f("eps", o.eps, kNonNegative, "Added to the root of the mean square.");
  f("weight_decay", o.weight_decay, kNonNegative,
    "Decay of the weights: per unit of learning rate in AdamW, added to the gradient in Adam.");
  f("amsgrad", o.amsgrad, "Divide by the largest mean square so far.");
  f("decay_norm_and_bias", o.decay_norm_and_bias,
    "Whether weight decay takes parameters of one dimension (norms, biases) too, as PyTorch does.");
}
void describe(Fields& f, AdamWOptions& o) { describe(f, static_cast<AdamOptions&>(o)); }

// The numbers of one update that are the same for all elements of a parameter.
struct Update {
  double shrink;  // AdamW: weights times this
  double decay;   // Adam: this times the weights joins the gradient
  double beta1, beta2, step_size, root_correction, eps;
};

template <class T>
struct UpdateRange {
  [[gnu::always_inline]] inline void operator()(T* p, const T* g, T* m, T* v, T* v_max,
                                                std::int64_t begin, std::int64_t end,
                                                const Update& u) const {
    const T shrink = static_cast<T>(u.shrink), decay = static_cast<T>(u.decay);
    const T b1 = static_cast<T>(u.beta1), c1 = static_cast<T>(1 - u.beta1);
    const T b2 = static_cast<T>(u.beta2), c2 = static_cast<T>(1 - u.beta2);
    const T size = static_cast<T>(u.step_size), root = static_cast<T>(u.root_correction);
    const T eps = static_cast<T>(u.eps);
    if (v_max == nullptr) {
      for (std::int64_t i = begin; i < end; ++i) {
        const T gradient = g[i] + decay * p[i];
        m[i] = b1 * m[i] + c1 * gradient;
        v[i] = b2 * v[i] + c2 * gradient * gradient;
        p[i] = p[i] * shrink - size * (m[i] / (std::sqrt(v[i]) / root + eps));
      }
      return;
    }
    for (std::int64_t i = begin; i < end; ++i) {
      const T gradient = g[i] + decay * p[i];
      m[i] = b1 * m[i] + c1 * gradient;
      v[i] = b2 * v[i] + c2 * gradient * gradient;
      v_max[i] = v_max[i] < v[i] ? v[i] : v_max[i];
      p[i] = p[i] * shrink - size * (m[i] / (std::sqrt(v_max[i]) / root + eps));
    }
  }
};

// The same by ATen, for other devices and number formats.
void update_tensor(const at::Tensor& p, const at::Tensor& g, const at::Tensor& m,
                   const at::Tensor& v, const at::Tensor& v_max, const Update& u) {
  const at::Tensor gradient = u.decay == 0 ? g : g + u.decay * p;
  m.mul_(u.beta1).add_(gradient, 1 - u.beta1);
  v.mul_(u.beta2).addcmul_(gradient, gradient, 1 - u.beta2);
  if (v_max.defined()) v_max.copy_(at::maximum(v_max, v));
  const at::Tensor divisor = ((v_max.defined() ? v_max : v).sqrt() / u.root_correction).add_(u.eps);
  p.mul_(u.shrink).addcdiv_(m, divisor, -u.step_size);
}

class Adam final : public Optimizer {
 public:
  Adam(const AdamOptions& o, bool decoupled, NamedTensors parameters)
      : Optimizer(std::move(parameters)),
        options_(o),
        decoupled_(decoupled),
        mean_("exp_avg", parameters_.size()),
        square_("exp_avg_sq", parameters_.size()),
        largest_("max_exp_avg_sq", parameters_.size()),
        steps_(parameters_.size(), 0) {}

  [[nodiscard]] double base_learning_rate() const override { return options_.lr; }

  [[nodiscard]] NamedTensors state() const override {
    NamedTensors state;
    mean_.save(state, parameters_);
    square_.save(state, parameters_);
    if (options_.amsgrad) largest_.save(state, parameters_);
    save_steps(state, parameters_, steps_);
    return state;
  }

  void load_state(const NamedTensors& state) override {
    std::size_t used = 0;
    mean_.load(state, parameters_, used);
    square_.load(state, parameters_, used);
    if (options_.amsgrad) largest_.load(state, parameters_, used);
    load_steps(state, parameters_, steps_, used);
    check_all_used(state, used, parameters_);
  }

 private:
  void update(std::size_t i, double learning_rate, ElementPasses& passes) override {
    const at::Tensor& p = parameters_[i].second;
    const auto t = static_cast<double>(++steps_[i]);
    const bool decays = options_.decay_norm_and_bias || !is_norm_or_bias(p);
    const double decay = decays ? options_.weight_decay : 0;
    const auto [beta1, beta2] = options_.betas;
    const Update u{.shrink = decoupled_ ? 1 - learning_rate * decay : 1,
                   .decay = decoupled_ ? 0 : decay,
                   .beta1 = beta1,
                   .beta2 = beta2,
                   .step_size = learning_rate / (1 - std::pow(beta1, t)),
                   .root_correction = std::sqrt(1 - std::pow(beta2, t)),
                   .eps = options_.eps};
    const at::Tensor m = mean_.of(i, p), v = square_.of(i, p);
    const at::Tensor v_max = options_.amsgrad ? largest_.of(i, p) : at::Tensor();
    if (FusedAdam::takes(p))
      return fused_.add({p, laid_out_like(p.grad(), p), m, v, v_max},
                        {learning_rate, beta1, beta2, decay, options_.eps, steps_[i], decoupled_});
    if (!is_plain(p)) return update_tensor(p, p.grad(), m, v, v_max, u);
    const at::Tensor g = laid_out_like(p.grad(), p);
    AT_DISPATCH_FLOATING_TYPES(p.scalar_type(), "adam", [&] {
      passes.add(p.numel(), [=](std::int64_t begin, std::int64_t end) {
        scalar_t* largest = v_max.defined() ? v_max.data_ptr<scalar_t>() : nullptr;
        simd::run_exactly(UpdateRange<scalar_t>(), p.data_ptr<scalar_t>(), g.data_ptr<scalar_t>(),
                          m.data_ptr<scalar_t>(), v.data_ptr<scalar_t>(), largest, begin, end, u);
      });
    });
  }

  void finish() override { fused_.run(); }

  AdamOptions options_;
  bool decoupled_;
  FusedAdam fused_;
  ParameterState mean_, square_, largest_;
  std::vector<std::int64_t> steps_;
};

std::unique_ptr<Optimizer> make_adamw(const AdamWOptions& o, NamedTensors parameters) {
  return std::make_unique<Adam>(o, true, std::move(parameters));
}
std::unique_ptr<Optimizer> make_adam(const AdamOptions& o, NamedTensors parameters) {
  return std::make_unique<Adam>(o, false, std::move(parameters));
}

}  // namespace

extern const OptimizerEntry kAdamW, kAdam;
const OptimizerEntry kAdamW = entry<OptimizerEntry, AdamWOptions, make_adamw>(
    "adamw", "Adam with decoupled weight decay (Loshchilov and Hutter, 2019).");
const OptimizerEntry kAdam = entry<OptimizerEntry, AdamOptions, make_adam>(
    "adam", "Adam; weight decay joins the gradient (Kingma and Ba, 2015).");

}  // namespace myoseg
