#include "train/optimizers/state.h"

#include <ATen/ATen.h>

#include <map>

#include "core/error.h"

namespace myoseg {
namespace {

const at::Tensor* find(const NamedTensors& state, const std::string& name) {
  for (const auto& [known, tensor] : state)
    if (known == name) return &tensor;
  return nullptr;
}

}  // namespace

bool is_norm_or_bias(const at::Tensor& parameter) { return parameter.dim() < 2; }

at::Tensor laid_out_like(const at::Tensor& tensor, const at::Tensor& like) {
  if (tensor.strides() == like.strides()) return tensor;
  return at::empty_like(like).copy_(tensor);
}

bool is_plain(const at::Tensor& p) {
  return p.is_cpu() && (p.scalar_type() == at::kFloat || p.scalar_type() == at::kDouble) &&
         p.is_non_overlapping_and_dense();
}

at::Tensor& ParameterState::of(std::size_t i, const at::Tensor& parameter) {
  at::NoGradGuard no_grad;
  at::Tensor& value = values_[i];
  value = value.defined() ? laid_out_like(value, parameter) : at::zeros_like(parameter);
  return value;
}

void ParameterState::save(NamedTensors& to, const NamedTensors& parameters) const {
  for (std::size_t i = 0; i < values_.size(); ++i)
    if (values_[i].defined()) to.emplace_back(kind_ + "/" + parameters[i].first, values_[i]);
}

void ParameterState::load(const NamedTensors& from, const NamedTensors& parameters,
                          std::size_t& used) {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> values(values_.size());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto& [name, parameter] = parameters[i];
    const at::Tensor* found = find(from, kind_ + "/" + name);
    if (found == nullptr) continue;
    if (found->sizes() != parameter.sizes())
      throw data_error(
          "the optimiser state '{}/{}' has another shape than its parameter: it is of another "
          "network",
          kind_, name);
    values[i] = at::zeros_like(parameter).copy_(*found);
    ++used;
  }
  values_ = std::move(values);
}

void save_steps(NamedTensors& to, const NamedTensors& parameters,
                const std::vector<std::int64_t>& steps) {
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i] > 0)
      to.emplace_back("step/" + parameters[i].first, at::scalar_tensor(steps[i], at::kLong));
}

void load_steps(const NamedTensors& from, const NamedTensors& parameters,
                std::vector<std::int64_t>& steps, std::size_t& used) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const at::Tensor* found = find(from, "step/" + parameters[i].first);
    steps[i] = 0;
    if (found == nullptr) continue;
    if (found->numel() != 1)
      throw data_error("the optimiser state 'step/{}' is no single number", parameters[i].first);
    steps[i] = found->item<std::int64_t>();
    ++used;
  }
}

void check_all_used(const NamedTensors& state, std::size_t used, const NamedTensors& parameters) {
  if (used == state.size()) return;
  std::map<std::string_view, bool> known;
  for (const auto& [name, parameter] : parameters) known[name] = true;
  for (const auto& [key, tensor] : state) {
    const std::string_view name = std::string_view(key).substr(key.find('/') + 1);
    if (known.count(name) == 0)
      throw data_error("the optimiser state '{}' belongs to no parameter of the network", key);
  }
  throw data_error(
      "the optimiser state holds {} values that this optimiser does not have: it is of another "
      "optimiser",
      state.size() - used);
}

}  // namespace myoseg
