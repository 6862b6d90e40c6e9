#include "eval/statistics/normality.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "eval/statistics/distributions.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr std::size_t kMostValues = 5000;  // Royston's fit ends here

// Polynomials of Royston 1995, section 3, lowest power first.
constexpr std::array kLastWeight{0.0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056};
constexpr std::array kNextWeight{0.0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633};
constexpr std::array kSmallMean{0.5440, -0.39978, 0.025054, -6.714e-4};
constexpr std::array kSmallLogSd{1.3822, -0.77857, 0.062767, -0.0020322};
constexpr std::array kLargeMean{-1.5861, -0.31082, -0.083751, 0.0038915};
constexpr std::array kLargeLogSd{-0.4803, -0.082676, 0.0030302};

template <std::size_t N>
double polynomial(const std::array<double, N>& coefficients, double x) {
  double value = 0;
  for (std::size_t i = N; i-- > 0;) value = value * x + coefficients[i];
  return value;
}

// Weights of the upper half of the ordered sample, largest value first; the lower half has their
// negatives. The sum of all squares is 1.
std::vector<double> weights(std::size_t size) {
  if (size == 3) return {std::numbers::sqrt2 / 2};
  const double n = static_cast<double>(size);
  std::vector<double> scores;
  double squares = 0;
  for (std::size_t i = 0; i < size / 2; ++i) {
    scores.push_back(-normal_quantile((static_cast<double>(i) + 0.625) / (n + 0.25)));
    squares += 2 * scores[i] * scores[i];
  }
  const double u = 1 / std::sqrt(n), norm = std::sqrt(squares);
  std::vector<double> result{scores[0] / norm + polynomial(kLastWeight, u)};
  double left = squares - 2 * scores[0] * scores[0], share = 1 - 2 * result[0] * result[0];
  if (size > 5) {
    result.push_back(scores[1] / norm + polynomial(kNextWeight, u));
    left -= 2 * scores[1] * scores[1];
    share -= 2 * result[1] * result[1];
  }
  for (std::size_t i = result.size(); i < scores.size(); ++i)
    result.push_back(scores[i] / std::sqrt(left / share));
  return result;
}

double p_value(double one_minus_w, std::size_t size) {
  const double n = static_cast<double>(size);
  if (size == 3)  // exact
    return std::max(0.0, 6 * std::numbers::inv_pi *
                             (std::asin(std::sqrt(1 - one_minus_w)) - std::numbers::pi / 3));
  double y = std::log(one_minus_w);
  if (size > 11) {
    const double x = std::log(n);
    return normal_sf((y - polynomial(kLargeMean, x)) / std::exp(polynomial(kLargeLogSd, x)));
  }
  const double gamma = 0.459 * n - 2.273;
  if (y >= gamma) return 0;
  y = -std::log(gamma - y);
  return normal_sf((y - polynomial(kSmallMean, n)) / std::exp(polynomial(kSmallLogSd, n)));
}

}  // namespace

NormalityTest shapiro_wilk(std::span<const double> values) {
  NormalityTest result;
  std::string why = unusable(values, 3);
  if (why.empty() && is_constant(values)) why = "all values are equal";
  if (why.empty() && values.size() > kMostValues) why = "is known for at most 5000 values";
  if (!why.empty()) {
    result.w = result.p = Undefined{why};
    return result;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const std::vector<double> a = weights(sorted.size());
  double line = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    line += a[i] * (sorted[sorted.size() - 1 - i] - sorted[i]);
  const double spread = std::sqrt(sum_of_squares(values));
  // 1 - W as a product, which keeps its digits when W is close to 1.
  const double one_minus_w =
      std::clamp((spread - line) * (spread + line) / (spread * spread), 0.0, 1.0);
  result.w = 1 - one_minus_w;
  result.p = one_minus_w == 0 ? 1 : p_value(one_minus_w, values.size());
  return result;
}

}  // namespace myoseg::statistics
