#include "eval/statistics/agreement.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "eval/statistics/correlation.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {

BlandAltman bland_altman(std::span<const double> x, std::span<const double> y,
                         const BlandAltmanOptions& options) {
  BlandAltman result;
  result.n = static_cast<std::int64_t>(x.size());
  std::vector<double> means;
  if (const std::string why = unusable_pairs(x, y, 2); !why.empty()) {
    result.bias = result.sd = result.lower = result.upper = Undefined{why};
    result.ci_bias = result.ci_lower = result.ci_upper = Undefined{why};
    result.slope = undefined_coefficient("mean", why);
    result.intercept = undefined_coefficient("const", why);
    return result;
  }
  for (std::size_t i = 0; i < x.size(); ++i) means.push_back(0.5 * x[i] + 0.5 * y[i]);
  Differences d = differences(x, y);
  const double n = static_cast<double>(x.size());
  const double bias = mean(d.values), sd = sample_sd(d.values, d.scale);
  const double lower = bias - options.agreement * sd, upper = bias + options.agreement * sd;
  const auto around = [&](double centre, double se) {
    return t_interval(centre, se, n - 1, Alternative::two_sided, options.confidence);
  };
  const double se_of_limit = std::sqrt(3 / n) * sd;
  result.bias = bias;
  result.sd = sd;
  result.lower = lower;
  result.upper = upper;
  result.ci_bias = around(bias, sd / std::sqrt(n));
  result.ci_lower = around(lower, se_of_limit);
  result.ci_upper = around(upper, se_of_limit);
  // What only rounding makes unequal has no slope.
  if (sd == 0) std::fill(d.values.begin(), d.values.end(), bias);
  const Regressor size[] = {{"mean", means}};
  const Regression line = ols(d.values, size, options.confidence);
  result.intercept = line.coefficients[0];
  result.slope = line.coefficients[1];
  return result;
}

Concordance concordance(std::span<const double> x, std::span<const double> y, double confidence) {
  check_confidence(confidence);
  Concordance result;
  result.n = static_cast<std::int64_t>(x.size());
  std::string why = unusable_pairs(x, y, 2);
  if (why.empty()) why = unsquarable(x);
  if (why.empty()) why = unsquarable(y);
  if (!why.empty()) {
    result.ccc = result.accuracy = result.precision = Undefined{why};
    result.ci = Undefined{why};
    return result;
  }
  const double n = static_cast<double>(x.size());
  const bool flat_x = is_constant(x), flat_y = is_constant(y);
  const double vx = flat_x ? 0 : sum_of_squares(x) / n, vy = flat_y ? 0 : sum_of_squares(y) / n;
  double shift = mean(x) - mean(y);
  if (only_rounding(shift, std::max(largest_magnitude(x), largest_magnitude(y)))) shift = 0;
  const Estimate precision = pearson(x, y).coefficient;
  result.precision = precision;
  if (flat_x || flat_y) {
    const Undefined flat{precision.reason};
    result.accuracy = flat;
    result.ci = flat;
    result.ccc = Undefined{"all values of both measurements are equal"};
    if (vx + vy + shift * shift > 0) result.ccc = 0.0;
    return result;
  }
  const double r = precision.value;
  const double accuracy = 2 * std::sqrt(vx * vy) / (vx + vy + shift * shift);
  const double ccc = r * accuracy;
  result.accuracy = accuracy;
  result.ccc = ccc;
  if (n <= 2) {
    result.ci = Undefined{"needs at least 3 pairs, found 2"};
  } else if (std::abs(ccc) == 1) {
    result.ci = {ccc, ccc};
  } else {
    // With the accuracy for every ccc / r, so that a correlation of zero is no special case.
    const double u2 = shift * shift / std::sqrt(vx * vy), c2 = ccc * ccc, a2 = accuracy * accuracy;
    const double variance =
        ((1 - r * r) * a2 * (1 - c2) + 2 * c2 * accuracy * (1 - ccc) * u2 - c2 * a2 * u2 * u2 / 2) /
        ((n - 2) * (1 - c2) * (1 - c2));
    const double reach = normal_quantile(0.5 + confidence / 2) * std::sqrt(variance);
    const double z = std::atanh(ccc);
    result.ci = Undefined{"its variance is not positive"};
    if (variance > 0) result.ci = {std::tanh(z - reach), std::tanh(z + reach)};
  }
  return result;
}

}  // namespace myoseg::statistics
