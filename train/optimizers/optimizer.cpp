#include "train/optimizers/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>

#include <cmath>

#include "core/error.h"
#include "train/optimizers/state.h"

namespace myoseg {
namespace {

// The sum is taken chunk by chunk in double, in an order that does not depend on the number of
// threads.
double sum_of_squares(const at::Tensor& gradient) {
  if (!is_plain(gradient)) return std::pow(at::norm(gradient.to(at::kFloat)).item<double>(), 2);
  constexpr std::int64_t kChunk = 16384, kLanes = 8;
  const std::int64_t n = gradient.numel(), chunks = (n + kChunk - 1) / kChunk;
  std::vector<double> parts(chunks);
  AT_DISPATCH_FLOATING_TYPES(gradient.scalar_type(), "sum_of_squares", [&] {
    const scalar_t* g = gradient.data_ptr<scalar_t>();
    at::parallel_for(0, chunks, 1, [&](std::int64_t from, std::int64_t to) {
      for (std::int64_t c = from; c < to; ++c) {
        const std::int64_t end = std::min((c + 1) * kChunk, n);
        double lanes[kLanes] = {};
        std::int64_t i = c * kChunk;
        for (; i + kLanes <= end; i += kLanes)
          for (std::int64_t l = 0; l < kLanes; ++l) {
            const auto v = static_cast<double>(g[i + l]);
            lanes[l] += v * v;
          }
        for (; i < end; ++i) lanes[0] += static_cast<double>(g[i]) * static_cast<double>(g[i]);
        for (const double lane : lanes) parts[c] += lane;
      }
    });
  });
  double total = 0;
  for (const double part : parts) total += part;
  return total;
}

}  // namespace

extern const OptimizerEntry kAdamW, kAdam, kSgd;

std::span<const OptimizerEntry* const> table(const OptimizerEntry*) {
  static const OptimizerEntry* const entries[] = {&kAdamW, &kAdam, &kSgd};
  return entries;
}

void Optimizer::step(double learning_rate) {
  at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < parameters_.size(); ++i)
    if (parameters_[i].second.grad().defined())
      update(i, rate_factors_.empty() ? learning_rate : learning_rate * rate_factors_[i]);
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

double clip_gradients(const NamedTensors& parameters, double max_norm) {
  at::NoGradGuard no_grad;
  double total = 0;
  for (const auto& [name, parameter] : parameters)
    if (parameter.grad().defined()) total += sum_of_squares(parameter.grad());
  const double norm = std::sqrt(total);
  constexpr double kEps = 1e-6;  // as in PyTorch
  const double factor = max_norm / (norm + kEps);
  if (factor < 1 || !std::isfinite(norm))
    for (const auto& [name, parameter] : parameters)
      if (parameter.grad().defined()) parameter.grad().mul_(factor);
  return norm;
}

}  // namespace myoseg
