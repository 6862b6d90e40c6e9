// Optimisers over named parameters; their state is saved by parameter name.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/fields/pick.h"
#include "models/weights/safetensors.h"
#include "train/optimizers/passes.h"

namespace myoseg {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // One update of every parameter that has a gradient, at this learning rate times its factor.
  void step(double learning_rate);
  // Factors of the learning rate, one a parameter; without them every one is 1.
  void set_rate_factors(std::vector<double> factors);
  void zero_grad();
  [[nodiscard]] virtual double base_learning_rate() const = 0;
  [[nodiscard]] virtual NamedTensors state()
      const = 0;  // moments and step counts, "exp_avg/conv.weight"
  virtual void load_state(
      const NamedTensors& state) = 0;  // Error(bad_data) when names or shapes do not fit
  [[nodiscard]] const NamedTensors& parameters() const { return parameters_; }

 protected:
  explicit Optimizer(NamedTensors parameters) : parameters_(std::move(parameters)) {}
  NamedTensors parameters_;

 private:
  std::vector<double> rate_factors_;
  // Of parameter `i`, at once or as a pass over its elements.
  virtual void update(std::size_t i, double learning_rate, ElementPasses& passes) = 0;
  // What update() has left to be done for all parameters together.
  virtual void finish() {}
};

using OptimizerEntry = Entry<std::unique_ptr<Optimizer>(NamedTensors parameters)>;
std::span<const OptimizerEntry* const> table(
    const OptimizerEntry*);  // train/optimizers/optimizer.cpp: adamw, adam, sgd

// L2 norm over all gradients; scales them down to `max_norm` when larger
// (torch.nn.utils.clip_grad_norm_). Returns the norm before that, a float64 scalar on their device,
// which is not waited for; when it is infinite or NaN, the gradients are of no use afterwards.
at::Tensor clip_gradients(const NamedTensors& parameters, double max_norm);

}  // namespace myoseg
