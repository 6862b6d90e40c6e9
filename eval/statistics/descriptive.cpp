#include "eval/statistics/descriptive.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

void describe_shape(std::span<const double> values, double middle, Description& result) {
  const Undefined flat{"all values are equal"};
  result.skewness = result.kurtosis = result.skewness_unbiased = result.kurtosis_unbiased = flat;
  if (is_constant(values)) return;
  const double unit = sample_sd(values);  // powers of deviations in SDs are of no extreme size
  const double n = static_cast<double>(values.size());
  double m2 = 0, m3 = 0, m4 = 0;
  for (const double value : values) {
    const double d = (value - middle) / unit;
    m2 += d * d / n;
    m3 += d * d * d / n;
    m4 += d * d * d * d / n;
  }
  const double skewness = m3 / std::pow(m2, 1.5);
  const double kurtosis = m4 / (m2 * m2) - 3;
  result.skewness = skewness;
  result.kurtosis = kurtosis;
  result.skewness_unbiased = Undefined{"needs at least 3 values"};
  result.kurtosis_unbiased = Undefined{"needs at least 4 values"};
  if (n >= 3) result.skewness_unbiased = skewness * std::sqrt(n * (n - 1)) / (n - 2);
  if (n >= 4) result.kurtosis_unbiased = (n - 1) / ((n - 2) * (n - 3)) * ((n + 1) * kurtosis + 6);
}

}  // namespace

Description describe_sample(std::span<const double> values) {
  Description result;
  result.n = static_cast<std::int64_t>(values.size());
  if (const std::string why = unusable(values, 1); !why.empty()) {
    for (Estimate* estimate :
         {&result.mean, &result.sd, &result.sem, &result.median, &result.q25, &result.q75,
          &result.iqr, &result.min, &result.max, &result.skewness, &result.kurtosis,
          &result.skewness_unbiased, &result.kurtosis_unbiased, &result.cv_percent})
      *estimate = Undefined{why};
    return result;
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double middle = mean(values);
  result.mean = middle;
  result.min = sorted.front();
  result.max = sorted.back();
  result.median = quantile(sorted, 0.5);
  result.q25 = quantile(sorted, 0.25);
  result.q75 = quantile(sorted, 0.75);
  result.iqr = result.q75.value - result.q25.value;
  describe_shape(values, middle, result);
  const Undefined alone{"needs at least 2 values, found 1"};
  result.sd = result.sem = result.cv_percent = alone;
  if (values.size() < 2) return result;
  const double sd = sample_sd(values);
  result.sd = sd;
  result.sem = sd / std::sqrt(static_cast<double>(values.size()));
  if (only_rounding(middle, largest_magnitude(values)))
    result.cv_percent = Undefined{"the mean is zero"};
  else if (middle < 0)
    result.cv_percent = Undefined{"the mean is negative"};
  else
    result.cv_percent = 100 * sd / middle;
  return result;
}

PredictionErrors prediction_errors(std::span<const double> truth,
                                   std::span<const double> predicted) {
  PredictionErrors result;
  result.n = static_cast<std::int64_t>(truth.size());
  if (const std::string why = unusable_pairs(truth, predicted, 1); !why.empty()) {
    result.mae = result.mse = result.rmse = result.mape = result.r2 = Undefined{why};
    return result;
  }
  std::string beyond = unsquarable(truth);
  if (beyond.empty()) beyond = unsquarable(predicted);
  const double n = static_cast<double>(truth.size());
  double absolute = 0, squares = 0, relative = 0;
  bool zero = false;
  for (std::size_t i = 0; i < truth.size(); ++i) {
    const double error = std::abs(predicted[i] - truth[i]);
    absolute += error;
    squares += error * error;
    zero = zero || truth[i] == 0;
    if (truth[i] != 0) relative += error / std::abs(truth[i]);
  }
  result.mae = absolute / n;
  result.mse = squares / n;
  result.rmse = std::sqrt(squares / n);
  result.mape = relative / n;
  if (zero) result.mape = Undefined{"a true value is zero"};
  result.r2 = Undefined{"all true values are equal"};
  if (!is_constant(truth)) result.r2 = 1 - squares / sum_of_squares(truth);
  if (!beyond.empty()) result.mse = result.rmse = result.r2 = Undefined{beyond};
  return result;
}

}  // namespace myoseg::statistics
