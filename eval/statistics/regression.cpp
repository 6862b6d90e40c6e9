#include "eval/statistics/regression.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/paired.h"
#include "eval/statistics/regression_diagnostics.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

std::vector<double> to_std(const Vector& v) { return {v.data(), v.data() + v.size()}; }

// The regressors after centring and scaling, and their decomposition.
struct Design {
  Matrix centred;  // n x p, columns of norm 1 (a constant regressor: 0)
  Vector means, norms;
  Eigen::ColPivHouseholderQR<Matrix> qr;
  Matrix basis;  // n x rank, orthonormal
};

Design decompose(std::span<const Regressor> regressors, Eigen::Index n) {
  const auto p = static_cast<Eigen::Index>(regressors.size());
  Design design{Matrix::Zero(n, p), Vector::Zero(p), Vector::Zero(p), {}, {}};
  for (Eigen::Index j = 0; j < p; ++j) {
    const std::span<const double> values = regressors[static_cast<std::size_t>(j)].values;
    design.means[j] = mean(values);
    if (is_constant(values)) continue;
    Vector column = to_vector(values).array() - design.means[j];
    column.array() -= column.mean();
    design.norms[j] = column.norm();
    design.centred.col(j) = column / design.norms[j];
  }
  if (p == 0) {
    design.basis = Matrix::Zero(n, 0);
    return design;
  }
  design.qr.setThreshold(kDependent);
  design.qr.compute(design.centred);
  design.basis = design.qr.householderQ() * Matrix::Identity(n, design.qr.rank());
  return design;
}

std::string undetermined(const Design& design, std::span<const Regressor> regressors,
                         std::int64_t n) {
  const auto p = static_cast<std::int64_t>(regressors.size());
  if (n < p + 1)
    return "fewer points (" + std::to_string(n) + ") than parameters (" + std::to_string(p + 1) +
           ")";
  for (std::size_t j = 0; j < regressors.size(); ++j)
    if (design.norms[static_cast<Eigen::Index>(j)] == 0)
      return "all values of the regressor '" + regressors[j].name + "' are equal";
  if (design.basis.cols() < p) return "the regressors depend on each other linearly";
  return {};
}

// p x n: slopes = weights * (y - mean of y).
Matrix slope_weights(const Design& design) {
  const Eigen::Index p = design.centred.cols();
  if (p == 0) return Matrix::Zero(0, design.centred.rows());
  const Matrix r = design.qr.matrixR().topLeftCorner(p, p);
  const Matrix solved = r.triangularView<Eigen::Upper>().solve(Matrix(design.basis.transpose()));
  const Matrix weights = design.qr.colsPermutation() * solved;
  return design.norms.cwiseInverse().asDiagonal() * weights;
}

// `weights`: of every observation in this coefficient.
Coefficient coefficient_of(const Regression& fit, std::string name, double value,
                           const Vector& weights, double confidence) {
  Coefficient result = undefined_coefficient(std::move(name), "no degrees of freedom are left");
  result.value = value;
  if (!fit.residual_se.defined()) return result;
  const double se = fit.residual_se.value * weights.norm();
  const TTest test =
      t_test_of(value, se, real(fit.df_residual), {Alternative::two_sided, confidence});
  result.se = se;
  result.t = test.t;
  result.p = test.p;
  result.ci = test.ci;
  double hc0 = 0, hc3 = 0;
  bool free = true;
  for (std::size_t i = 0; i < fit.residuals.size(); ++i) {
    const double share = weights[static_cast<Eigen::Index>(i)] * fit.residuals[i];
    hc0 += share * share;
    hc3 += share * share / std::pow(1 - fit.leverage[i], 2);
    free = free && 1 - fit.leverage[i] > kDependent;
  }
  result.se_hc0 = std::sqrt(hc0);
  result.se_hc3 = Undefined{"the line goes through a point whatever its value"};
  if (free) result.se_hc3 = std::sqrt(hc3);
  return result;
}

void fill_coefficients(Regression& fit, const Design& design, const Vector& y, double y_mean,
                       std::span<const Regressor> regressors, double confidence) {
  const Matrix slopes = slope_weights(design);
  const Vector values = slopes * y;
  Matrix weights(slopes.rows() + 1, slopes.cols());
  weights.row(0) = Vector::Constant(slopes.cols(), 1 / real(fit.n)).transpose() -
                   design.means.transpose() * slopes;
  weights.bottomRows(slopes.rows()) = slopes;
  fit.coefficients.clear();
  fit.coefficients.push_back(coefficient_of(fit, "const", y_mean - design.means.dot(values),
                                            weights.row(0).transpose(), confidence));
  fit.coefficients[0].vif = Undefined{"the intercept has none"};
  for (Eigen::Index j = 0; j < slopes.rows(); ++j) {
    Coefficient c = coefficient_of(fit, regressors[static_cast<std::size_t>(j)].name, values[j],
                                   slopes.row(j).transpose(), confidence);
    c.vif = std::pow(slopes.row(j).norm() * design.norms[j], 2);
    fit.coefficients.push_back(std::move(c));
  }
  fit.regressor_means = to_std(design.means);
  using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const RowMajor ordered = slopes;
  fit.slope_weights.assign(ordered.data(), ordered.data() + ordered.size());
  if (!fit.residual_se.defined()) return;
  const RowMajor covariance = std::pow(fit.residual_se.value, 2) * weights * weights.transpose();
  fit.covariance.assign(covariance.data(), covariance.data() + covariance.size());
}

Regression undefined_regression(Regression fit, std::span<const Regressor> regressors,
                                const std::string& why) {
  for (Estimate* estimate :
       {&fit.r2, &fit.adjusted_r2, &fit.f, &fit.f_p, &fit.ss_residual, &fit.ss_explained,
        &fit.ss_total, &fit.residual_se, &fit.log_likelihood, &fit.aic, &fit.bic,
        &fit.durbin_watson, &fit.condition_number})
    *estimate = Undefined{why};
  fit.coefficients.push_back(undefined_coefficient("const", why));
  for (const Regressor& regressor : regressors)
    fit.coefficients.push_back(undefined_coefficient(regressor.name, why));
  return fit;
}

}  // namespace

Coefficient undefined_coefficient(std::string name, const std::string& reason) {
  Coefficient result;
  result.name = std::move(name);
  result.value = result.se = result.t = result.p = Undefined{reason};
  result.se_hc0 = result.se_hc3 = result.vif = Undefined{reason};
  result.ci = Undefined{reason};
  return result;
}

Regression ols(std::span<const double> y, std::span<const Regressor> regressors,
               double confidence) {
  check_confidence(confidence);
  Regression fit;
  fit.n = static_cast<std::int64_t>(y.size());
  std::string why = unusable(y, 1, "observations");
  for (const Regressor& regressor : regressors) {
    if (regressor.values.size() != y.size())
      throw data_error(
          "the regressor '{}' has {} values, the outcome {}; a regression needs both "
          "of every case",
          regressor.name, regressor.values.size(), y.size());
    if (why.empty())
      if (const std::string reason = unusable(regressor.values, 1); !reason.empty())
        why = "regressor '" + regressor.name + "': " + reason;
    if (why.empty()) why = unsquarable(regressor.values);
  }
  if (why.empty()) why = unsquarable(y);
  if (!why.empty()) return undefined_regression(fit, regressors, why);

  const auto n = static_cast<Eigen::Index>(y.size());
  const Design design = decompose(regressors, n);
  const double y_mean = mean(y);
  Vector centred = to_vector(y).array() - y_mean;
  centred.array() -= centred.mean();
  const Vector explained = design.basis * (design.basis.transpose() * centred);
  const Vector residuals = centred - explained;
  fit.df_model = design.basis.cols();
  fit.df_residual = fit.n - fit.df_model - 1;
  fit.residuals = to_std(residuals);
  fit.fitted = to_std((explained.array() + y_mean).matrix());
  fit.leverage = to_std((design.basis.rowwise().squaredNorm().array() + 1 / real(fit.n)).matrix());
  fill_sums(fit, y);
  fill_influence(fit);
  fit.condition_number = condition_number(regressors, y.size());

  why = undetermined(design, regressors, fit.n);
  if (why.empty()) {
    fill_coefficients(fit, design, centred, y_mean, regressors, confidence);
  } else {
    fit.coefficients.push_back(undefined_coefficient("const", why));
    for (const Regressor& regressor : regressors)
      fit.coefficients.push_back(undefined_coefficient(regressor.name, why));
  }
  return fit;
}

Prediction predict(const Regression& fit, std::span<const double> at, double confidence) {
  check_confidence(confidence);
  if (at.size() + 1 != fit.coefficients.size())
    throw usage_error("a prediction needs a value of each of the {} regressors, found {}",
                      fit.coefficients.size() - 1, at.size());
  Prediction result;
  const Coefficient& intercept = fit.coefficients[0];
  if (!intercept.value.defined()) {
    result.mean = result.mean_se = intercept.value;
    result.mean_ci = result.observation_ci = Undefined{intercept.value.reason};
    return result;
  }
  // Every observation's weight in the predicted mean, about the regressors' means.
  const std::size_t n = fit.residuals.size();
  std::vector<double> weights(n, 1 / real(fit.n));
  double value = mean(fit.fitted);
  for (std::size_t j = 0; j < at.size(); ++j) {
    const double distance = at[j] - fit.regressor_means[j];
    value += distance * fit.coefficients[j + 1].value.value;
    for (std::size_t i = 0; i < n; ++i) weights[i] += distance * fit.slope_weights[j * n + i];
  }
  result.mean = value;
  if (!fit.residual_se.defined()) {
    result.mean_se = fit.residual_se;
    result.mean_ci = result.observation_ci = Undefined{fit.residual_se.reason};
    return result;
  }
  const double se = fit.residual_se.value * to_vector(weights).norm();
  const auto around = [&](double spread) {
    return t_interval(value, spread, real(fit.df_residual), Alternative::two_sided, confidence);
  };
  result.mean_se = se;
  result.mean_ci = around(se);
  result.observation_ci = around(std::hypot(se, fit.residual_se.value));
  return result;
}

}  // namespace myoseg::statistics
