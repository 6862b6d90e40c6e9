#include "eval/statistics/density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "eval/statistics/sample.h"

namespace myoseg::statistics {

Density kernel_density(std::vector<double> values, double low, double high, int points) {
  if (values.size() < 3 || points < 2) return {};
  std::sort(values.begin(), values.end());
  const double sd = mean_sd(values).sd;
  const double iqr = quantile(values, 0.75) - quantile(values, 0.25);
  // More than half of the sample can be one value; then only the SD says anything about the spread.
  const double spread = iqr > 0 ? std::min(sd, iqr / 1.34) : sd;
  if (!(spread > 1e-12)) return {};
  const double n = static_cast<double>(values.size());
  const double width = 0.9 * spread * std::pow(n, -0.2);
  Density density;
  for (int i = 0; i < points; ++i) {
    const double at = low + (high - low) * i / (points - 1);
    double sum = 0;
    for (const double value : values)
      sum += std::exp(-0.5 * (at - value) * (at - value) / (width * width));
    density.at.push_back(at);
    density.value.push_back(sum / (n * width * std::sqrt(2 * std::numbers::pi)));
  }
  return density;
}

}  // namespace myoseg::statistics
