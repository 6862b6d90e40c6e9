#include "eval/statistics/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "core/error.h"
#include "eval/statistics/precision.h"

namespace myoseg::statistics {

std::string unusable(std::span<const double> values, std::size_t needed, std::string_view what) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return fmt::format("value {} is not a finite number", i + 1);
  if (values.size() < needed)
    return fmt::format("needs at least {} {}, found {}", needed, what, values.size());
  return {};
}

std::string unusable_pairs(std::span<const double> x, std::span<const double> y,
                           std::size_t needed) {
  if (x.size() != y.size())
    throw data_error("a statistic of pairs needs two samples of one length, found {} and {} values",
                     x.size(), y.size());
  std::string reason = unusable(x, needed, "pairs");
  return reason.empty() ? unusable(y, needed, "pairs") : reason;
}

std::string unsquarable(std::span<const double> values) {
  constexpr double kSmallest = 1e-130, kLargest = 1e130;  // with room for sums, rests and products
  const double largest = largest_magnitude(values);
  if (largest > kLargest)
    return "the values are too large to be squared; give them in another unit";
  return largest == 0 || largest >= kSmallest
             ? ""
             : "the values are too small to be squared; give them in another unit";
}

double mean(std::span<const double> values) {
  const double n = static_cast<double>(values.size());
  double sum = 0, rest = 0;
  for (const double value : values) sum += value;
  const double first = sum / n;
  for (const double value : values) rest += value - first;
  return first + rest / n;
}

double sum_of_squares(std::span<const double> values) {
  const double middle = mean(values);
  double squares = 0, rest = 0;
  for (const double value : values) {
    squares += (value - middle) * (value - middle);
    rest += value - middle;
  }
  return std::max(0.0, squares - rest * rest / static_cast<double>(values.size()));
}

double sample_sd(std::span<const double> values, double scale) {
  if (is_constant(values, scale)) return 0;
  // A power of two, so that squares neither vanish nor overflow and no digit changes.
  const int exponent = std::ilogb(largest_magnitude(values));
  std::vector<double> scaled;
  for (const double value : values) scaled.push_back(std::ldexp(value, -exponent));
  return std::ldexp(std::sqrt(sum_of_squares(scaled) / static_cast<double>(values.size() - 1)),
                    exponent);
}

MeanSd mean_sd(std::span<const double> values) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  if (values.empty()) return {kNaN, kNaN};
  const double n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  if (values.size() < 2) return {mean, kNaN};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return {mean, std::sqrt(squares / (n - 1))};
}

double quantile(std::span<const double> sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

std::vector<std::vector<double>> by_patient(std::span<const double> values,
                                            std::span<const std::string> patients) {
  if (values.size() != patients.size())
    throw data_error("values by patient need the patient of every value, found {} and {}",
                     values.size(), patients.size());
  std::map<std::string, std::size_t> number;
  std::vector<std::vector<double>> of_patient;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto [found, added] = number.emplace(patients[i], of_patient.size());
    if (added) of_patient.emplace_back();
    of_patient[found->second].push_back(values[i]);
  }
  return of_patient;
}

double largest_magnitude(std::span<const double> values) {
  double largest = 0;
  for (const double value : values) largest = std::max(largest, std::abs(value));
  return largest;
}

bool only_rounding(double spread, double scale) {
  return std::abs(spread) <= 8 * std::numeric_limits<double>::epsilon() * scale;
}

bool is_constant(std::span<const double> values, double scale) {
  if (values.empty()) return true;
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return tied(*low, *high) ||
         only_rounding(*high - *low, std::max(scale, largest_magnitude(values)));
}

Differences differences(std::span<const double> x, std::span<const double> y) {
  Differences result;
  result.scale = std::max(largest_magnitude(x), largest_magnitude(y));
  result.values.reserve(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    result.values.push_back(tied(x[i], y[i]) ? 0 : x[i] - y[i]);
    result.noise.push_back(noise_of(x[i]) + noise_of(y[i]));
  }
  return result;
}

}  // namespace myoseg::statistics
