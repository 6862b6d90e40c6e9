#include "train/optimizers/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/parallel.h"
#include "models/runtime/torch_compat.h"
#include "train/optimizers/state.h"

namespace myoseg {
namespace {

constexpr std::int64_t kChunk = 16384;  // elements squared at a time: fixes the additions' order
constexpr double kEps = 1e-6;           // of a norm, as in PyTorch

template <class T>
double sum_of_squares(const T* g, std::int64_t n) {
  constexpr std::int64_t kLanes = 8;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes)
    for (std::int64_t l = 0; l < kLanes; ++l) {
      const auto v = static_cast<double>(g[i + l]);
      lanes[l] += v * v;
    }
  for (; i < n; ++i) lanes[0] += static_cast<double>(g[i]) * static_cast<double>(g[i]);
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

// The sum is taken chunk by chunk in double, in an order that does not depend on the number of
// threads.
double sum_of_squares(const std::vector<at::Tensor>& gradients) {
  std::vector<std::pair<std::size_t, std::int64_t>> chunks;  // gradient, first element
  std::vector<double> sums(gradients.size());
  for (std::size_t i = 0; i < gradients.size(); ++i) {
    const at::Tensor& g = gradients[i];
    if (!is_plain(g)) sums[i] = std::pow(at::norm(g.to(at::kFloat)).item<double>(), 2);
    if (!is_plain(g)) continue;
    for (std::int64_t begin = 0; begin < g.numel(); begin += kChunk) chunks.emplace_back(i, begin);
  }
  std::vector<double> parts(chunks.size());
  parallel_for(chunks.size(), [&](std::size_t c) {
    const auto [i, begin] = chunks[c];
    const at::Tensor& g = gradients[i];
    AT_DISPATCH_FLOATING_TYPES(g.scalar_type(), "sum_of_squares", [&, at = begin] {
      parts[c] = sum_of_squares(g.data_ptr<scalar_t>() + at, std::min(kChunk, g.numel() - at));
    });
  });
  for (std::size_t c = 0; c < chunks.size(); ++c) sums[chunks[c].first] += parts[c];
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

// The same on another device, without waiting for it.
at::Tensor clip_there(const std::vector<at::Tensor>& gradients, double max_norm) {
  const at::Tensor norm = at::norm(at::stack(at::_foreach_norm(gradients)).to(at::kDouble));
  compat::scale(gradients, (max_norm / (norm + kEps)).clamp_max(1).to(at::kFloat));
  return norm;
}

}  // namespace

extern const OptimizerEntry kAdamW, kAdam, kSgd;

std::span<const OptimizerEntry* const> table(const OptimizerEntry*) {
  static const OptimizerEntry* const entries[] = {&kAdamW, &kAdam, &kSgd};
  return entries;
}

void Optimizer::step(double learning_rate) {
  at::NoGradGuard no_grad;
  ElementPasses passes;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].second.grad().defined())
      update(i, rate_factors_.empty() ? learning_rate : learning_rate * rate_factors_[i], passes);
  passes.run();
  finish();
}

void Optimizer::set_rate_factors(std::vector<double> factors) {
  if (factors.size() != parameters_.size())
    throw failure("{} learning-rate factors were given for {} parameters", factors.size(),
                  parameters_.size());
  rate_factors_ = std::move(factors);
}

void Optimizer::zero_grad() {
  for (auto& [name, parameter] : parameters_) parameter.mutable_grad() = at::Tensor();
}

at::Tensor clip_gradients(const NamedTensors& parameters, double max_norm) {
  at::NoGradGuard no_grad;
  std::vector<at::Tensor> gradients;
  for (const auto& [name, parameter] : parameters)
    if (parameter.grad().defined()) gradients.push_back(parameter.grad());
  if (!gradients.empty() && !gradients.front().is_cpu()) return clip_there(gradients, max_norm);
  const double norm = std::sqrt(sum_of_squares(gradients));
  const double factor = max_norm / (norm + kEps);
  if (factor < 1 || !std::isfinite(norm))
    for (const at::Tensor& gradient : gradients) gradient.mul_(factor);
  return at::scalar_tensor(norm, at::kDouble);
}

}  // namespace myoseg
