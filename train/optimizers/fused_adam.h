// Adam's step on a GPU by LibTorch's own kernels, which take many parameters at once: a kernel or
// two a step, where ordinary operations are ten a parameter, each of which takes time to start.
#pragma once

#include <ATen/core/Tensor.h>

#include <compare>
#include <cstdint>
#include <map>

#include "models/runtime/torch_compat.h"

namespace myoseg {

class FusedAdam {
 public:
  // Where there are such kernels: float32 on a GPU, LibTorch 2.0 or later.
  [[nodiscard]] static bool takes(const at::Tensor& parameter);

  // Of one layout; `largest` undefined without AMSGrad.
  struct Tensors {
    at::Tensor parameter, gradient, mean, square, largest;
  };
  // Parameters that have them in common are taken together. `step` counts from 1.
  struct Numbers {
    double rate, beta1, beta2, decay, eps;
    std::int64_t step;
    bool decoupled;
    auto operator<=>(const Numbers&) const = default;
  };
  void add(const Tensors& tensors, const Numbers& numbers);
  // Takes the step of all that was added, and forgets them.
  void run();

 private:
  std::map<Numbers, compat::FusedAdamStep> groups_;
};

}  // namespace myoseg
