#include "eval/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace myoseg {

MeanSd mean_sd(const std::vector<double>& values) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {kNaN, kNaN};
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return {mean, kNaN};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

double quantile(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

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

}  // namespace myoseg
