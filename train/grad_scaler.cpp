#include "train/grad_scaler.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace myoseg {
namespace {

constexpr std::int64_t kGrowthInterval = 2000;
constexpr double kSmallestFactor = 1.0 / 65536, kLargestFactor = 16777216;

}  // namespace

at::Tensor GradScaler::scale(const at::Tensor& loss) const {
  return enabled_ ? loss * factor : loss;
}

bool GradScaler::unscale(const NamedTensors& parameters) {
  if (!enabled_) return true;
  std::vector<at::Tensor> sums;  // one wait for the device instead of one for each parameter
  for (const auto& [name, parameter] : parameters) {
    if (!parameter.grad().defined()) continue;
    parameter.grad().div_(factor);
    // A sum of absolute values is finite only if all are (float32 holds it: scaled values are below
    // 65504).
    sums.push_back(parameter.grad().abs().sum());
  }
  const bool finite = sums.empty() || at::isfinite(at::stack(sums)).all().item<bool>();
  if (!finite) {
    factor = std::max(factor / 2, kSmallestFactor);
    good_steps = 0;
  } else if (++good_steps == kGrowthInterval) {
    factor = std::min(factor * 2, kLargestFactor);
    good_steps = 0;
  }
  return finite;
}

}  // namespace myoseg
