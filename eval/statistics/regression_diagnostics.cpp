#include "eval/statistics/regression_diagnostics.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "eval/statistics/distributions.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {

using Vector = Eigen::VectorXd;

void fill_sums(Regression& fit, std::span<const double> y) {
  const double n = real(fit.n), scale = largest_magnitude(y);
  const Vector residuals = to_vector(fit.residuals);
  double ss_residual = residuals.squaredNorm();
  if (fit.df_residual == 0 || only_rounding(std::sqrt(ss_residual / n), scale)) ss_residual = 0;
  const double ss_total = is_constant(y) ? 0 : sum_of_squares(y);
  fit.ss_residual = ss_residual;
  fit.ss_total = ss_total;
  fit.ss_explained = std::max(0.0, ss_total - ss_residual);
  const Undefined flat{"all values of the outcome are equal"};
  const Undefined no_rest{"no degrees of freedom are left"};
  const Undefined exact{"the fit is exact"};
  fit.r2 = fit.adjusted_r2 = fit.f = fit.f_p = flat;
  if (ss_total > 0) {
    fit.r2 = std::clamp(1 - ss_residual / ss_total, 0.0, 1.0);  // outside only by rounding
    fit.adjusted_r2 = fit.f = fit.f_p = no_rest;
  }
  fit.residual_se = no_rest;
  if (fit.df_residual > 0) {
    const double rest = real(fit.df_residual), model = real(fit.df_model);
    fit.residual_se = std::sqrt(ss_residual / rest);
    if (ss_total > 0) {
      fit.adjusted_r2 = 1 - ss_residual / ss_total * (n - 1) / rest;
      fit.f = fit.f_p = Undefined{"there is no regressor"};
      if (fit.df_model > 0) {
        fit.f = fit.ss_explained.value / model / (ss_residual / rest);
        fit.f_p = f_sf(fit.f.value, model, rest);
      }
    }
  }
  fit.log_likelihood = fit.aic = fit.bic = fit.durbin_watson = exact;
  if (ss_residual > 0) {
    const double parameters = real(fit.df_model) + 1;
    const double likelihood =
        -0.5 * n * (std::log(2 * std::numbers::pi) + std::log(ss_residual / n) + 1);
    fit.log_likelihood = likelihood;
    fit.aic = 2 * parameters - 2 * likelihood;
    fit.bic = std::log(n) * parameters - 2 * likelihood;
    fit.durbin_watson =
        (residuals.tail(fit.n - 1) - residuals.head(fit.n - 1)).squaredNorm() / ss_residual;
  }
}

void fill_influence(Regression& fit) {
  const double parameters = real(fit.df_model) + 1;
  for (std::size_t i = 0; i < fit.residuals.size(); ++i) {
    Estimate studentized = Undefined{"no degrees of freedom are left"};
    Estimate cook = studentized;
    const double free = 1 - fit.leverage[i];
    if (fit.residual_se.defined()) {
      studentized = cook = Undefined{"the fit is exact"};
      if (fit.residual_se.value > 0) {
        studentized = cook = Undefined{"the line goes through this point whatever its value"};
        if (free > kDependent) {
          const double t = fit.residuals[i] / (fit.residual_se.value * std::sqrt(free));
          studentized = t;
          cook = t * t * fit.leverage[i] / (free * parameters);
        }
      }
    }
    fit.studentized.push_back(studentized);
    fit.cooks_distance.push_back(cook);
  }
}

Estimate condition_number(std::span<const Regressor> regressors, std::size_t n) {
  const auto p = static_cast<Eigen::Index>(regressors.size());
  if (n < regressors.size() + 1) return Undefined{"fewer points than parameters"};
  Eigen::MatrixXd given = Eigen::MatrixXd::Ones(static_cast<Eigen::Index>(n), p + 1);
  for (Eigen::Index j = 0; j < p; ++j)
    given.col(j + 1) = to_vector(regressors[static_cast<std::size_t>(j)].values);
  const Vector sizes = Eigen::JacobiSVD<Eigen::MatrixXd>(given).singularValues();
  const double least = sizes[sizes.size() - 1];
  if (!(least > std::numeric_limits<double>::epsilon() * sizes[0]))
    return Undefined{"the regressors depend on each other linearly"};
  return sizes[0] / least;
}

}  // namespace myoseg::statistics
