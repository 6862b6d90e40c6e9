// Ordinary least squares with an intercept.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

struct Regressor {
  std::string name;
  std::span<const double> values;  // one per observation
};

struct Coefficient {
  std::string name;
  Estimate value, se, t, p;  // p: two-sided
  Interval ci;
  Estimate se_hc0, se_hc3;  // robust to unequal variances (White 1980; MacKinnon & White 1985)
  Estimate vif;  // variance inflation by the other regressors (Marquardt 1970); not of "const"
};
[[nodiscard]] Coefficient undefined_coefficient(std::string name, const std::string& reason);

struct Regression {
  std::int64_t n = 0;
  std::int64_t df_model = 0, df_residual = 0;  // without the intercept; n - parameters
  std::vector<Coefficient> coefficients;       // "const", then the regressors in the given order
  Estimate r2, adjusted_r2;
  Estimate f, f_p;  // of "no regressor matters"
  Estimate ss_residual, ss_explained, ss_total;
  Estimate residual_se;               // square root of ss_residual / df_residual
  Estimate log_likelihood, aic, bic;  // parameters: the coefficients
  Estimate durbin_watson;
  Estimate condition_number;  // of the regressors with the column of ones, as they were given
  std::vector<double> fitted, residuals, leverage;  // one per observation; empty if nothing fitted
  std::vector<Estimate> studentized;     // internally: residual / (residual_se sqrt(1 - leverage))
  std::vector<Estimate> cooks_distance;  // Cook, Technometrics 1977
  std::vector<double> covariance;  // of the coefficients, row-major; empty when it is not defined

  // For predict(): the regressors' means, and the weight of every observation in every slope,
  // row-major, one row a slope.
  std::vector<double> regressor_means, slope_weights;
};

// Least squares by a rank-revealing QR of the centred and scaled regressors, so that offsets and
// units cost no digits. Undefined coefficients, with the reason, when a regressor is constant or
// depends on the others, or when there are fewer points than parameters; what can be told all the
// same (fitted values, R2, residuals) is. Without residual degrees of freedom there are
// coefficients without standard errors. Throws Error(bad_data) when a regressor has another length
// than y.
[[nodiscard]] Regression ols(std::span<const double> y, std::span<const Regressor> regressors,
                             double confidence = 0.95);

struct Prediction {
  Estimate mean, mean_se;
  Interval mean_ci;         // where the line is
  Interval observation_ci;  // where a new observation is
};
// At one value of each regressor, in their order. Throws Error(bad_usage) for another number of
// values.
[[nodiscard]] Prediction predict(const Regression& fit, std::span<const double> at,
                                 double confidence = 0.95);

}  // namespace myoseg::statistics
