// A fitted regression without its observations: what predicting for new ones takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "eval/statistics/regression.h"

namespace myoseg::statistics {

struct LinearModel {
  std::int64_t n = 0, df_residual = 0;
  double residual_se = 0;
  std::vector<double> coefficients;     // the intercept, then the slopes
  std::vector<double> regressor_means;  // of the observations
  std::vector<double> covariance;       // of the coefficients, row-major
};

// "" or the reason why a fit predicts nothing with an interval.
[[nodiscard]] std::string no_model(const Regression& fit);
// Of a fit for which no_model() has no reason.
[[nodiscard]] LinearModel linear_model(const Regression& fit);

// As predict() of the fit, by the variance of the line about the means of the regressors:
// s^2 / n + d' C d with d = at - means and C the covariance of the slopes; s^2 more for a new
// observation (Draper & Smith, Applied Regression Analysis, 3rd ed. 1998, section 5.6). Throws
// Error(bad_usage) for another number of values.
[[nodiscard]] Prediction predict(const LinearModel& model, std::span<const double> at,
                                 double confidence = 0.95);

// Every field says this reason.
[[nodiscard]] Prediction undefined_prediction(const std::string& reason);

}  // namespace myoseg::statistics
