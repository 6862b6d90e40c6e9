#include "train/optimizers/fused_adam.h"

#include <ATen/ATen.h>

#include <utility>

namespace myoseg {

bool FusedAdam::takes(const at::Tensor& parameter) {
  return compat::kFusedAdam && parameter.is_cuda() && parameter.scalar_type() == at::kFloat &&
         parameter.is_non_overlapping_and_dense();
}

void FusedAdam::add(const Tensors& tensors, const Numbers& numbers) {
  compat::FusedAdamStep& group = groups_[numbers];
  group.parameters.push_back(tensors.parameter);
  group.gradients.push_back(tensors.gradient);
  group.means.push_back(tensors.mean);
  group.squares.push_back(tensors.square);
  if (tensors.largest.defined()) group.largest.push_back(tensors.largest);
}

void FusedAdam::run() {
  for (auto& [numbers, group] : groups_) {
    // One number for all, made on the device: a copy from here would be waited for.
    const at::Tensor step = at::full({}, static_cast<double>(numbers.step),
                                     group.parameters.front().options().requires_grad(false));
    group.steps.assign(group.parameters.size(), step);
    group.rate = numbers.rate;
    group.beta1 = numbers.beta1;
    group.beta2 = numbers.beta2;
    group.decay = numbers.decay;
    group.eps = numbers.eps;
    group.decoupled = numbers.decoupled;
    group.amsgrad = !group.largest.empty();
    compat::run(group);
  }
  groups_.clear();
}

}  // namespace myoseg
