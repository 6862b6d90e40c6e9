#include "eval/statistics/linear_model.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "eval/statistics/distributions.h"

namespace myoseg::statistics {

std::string no_model(const Regression& fit) {
  for (const Coefficient& one : fit.coefficients)
    if (!one.value.defined()) return one.value.reason;
  return fit.residual_se.reason;
}

LinearModel linear_model(const Regression& fit) {
  LinearModel model{fit.n, fit.df_residual,     fit.residual_se.value,
                    {},    fit.regressor_means, fit.covariance};
  for (const Coefficient& one : fit.coefficients) model.coefficients.push_back(one.value.value);
  return model;
}

Prediction predict(const LinearModel& model, std::span<const double> at, double confidence) {
  const std::size_t p = at.size(), columns = model.coefficients.size();
  if (p + 1 != columns)
    throw usage_error("a prediction needs a value of each of the {} regressors, found {}",
                      columns - 1, p);
  double mean = model.coefficients[0];
  double variance = std::pow(model.residual_se, 2) / static_cast<double>(model.n);
  for (std::size_t i = 0; i < p; ++i) {
    mean += model.coefficients[i + 1] * at[i];
    for (std::size_t j = 0; j < p; ++j)
      variance += (at[i] - model.regressor_means[i]) * (at[j] - model.regressor_means[j]) *
                  model.covariance[(i + 1) * columns + j + 1];
  }
  if (!std::isfinite(mean) || !std::isfinite(variance))
    return undefined_prediction("its values are too large");
  const double se = std::sqrt(std::max(0.0, variance));
  const auto around = [&](double spread) {
    return t_interval(mean, spread, static_cast<double>(model.df_residual), Alternative::two_sided,
                      confidence);
  };
  Prediction result;
  result.mean = mean;
  result.mean_se = se;
  result.mean_ci = around(se);
  result.observation_ci = around(std::hypot(se, model.residual_se));
  return result;
}

Prediction undefined_prediction(const std::string& reason) {
  Prediction none;
  none.mean = none.mean_se = Undefined{reason};
  none.mean_ci = none.observation_ci = Undefined{reason};
  return none;
}

}  // namespace myoseg::statistics
