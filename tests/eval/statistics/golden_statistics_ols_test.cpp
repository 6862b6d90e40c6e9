// Least squares against statsmodels, scipy's linregress and exact rational arithmetic.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "eval/statistics/regression.h"
#include "tests/eval/statistics/golden_statistics.h"

namespace myoseg {
namespace {

using namespace statistics;
using testing::as_json;
using testing::Json;
using testing::numbers;
using testing::Tolerance;

Json as_json_list(const std::vector<Estimate>& estimates) {
  Json list = Json::array();
  for (const Estimate& estimate : estimates) list.push_back(as_json(estimate));
  return list;
}

Json coefficient_json(const Json& expected, const std::vector<double>& y,
                      const std::vector<Regressor>& regressors, std::size_t at) {
  const Coefficient c = ols(y, regressors).coefficients.at(at);
  Json result{
      {"value", as_json(c.value)}, {"se", as_json(c.se)}, {"t", as_json(c.t)}, {"p", as_json(c.p)}};
  for (const auto& [key, value] : expected.items())
    if (const double confidence = testing::confidence_of(key); confidence > 0)
      result[key] = as_json(ols(y, regressors, confidence).coefficients.at(at).ci);
  return result;
}

Json fit_json(const Regression& fit) {
  return {{"nobs", fit.n},
          {"df_model", fit.df_model},
          {"df_resid", fit.df_residual},
          {"r2", as_json(fit.r2)},
          {"adj_r2", as_json(fit.adjusted_r2)},
          {"F", as_json(fit.f)},
          {"F_p", as_json(fit.f_p)},
          {"ss_residual", as_json(fit.ss_residual)},
          {"ss_explained", as_json(fit.ss_explained)},
          {"ss_total_centred", as_json(fit.ss_total)},
          {"residual_se", as_json(fit.residual_se)},
          {"log_likelihood", as_json(fit.log_likelihood)},
          {"aic", as_json(fit.aic)},
          {"bic", as_json(fit.bic)},
          {"durbin_watson", as_json(fit.durbin_watson)},
          {"condition_number", as_json(fit.condition_number)}};
}

Json prediction_json(const Regression& fit, const Json& rows) {
  Json result;
  for (const Json& row : rows) {
    const Prediction p = predict(fit, numbers(row));
    const auto end = [](const Interval& interval, double value) {
      return interval.defined() ? Json(value) : as_json(interval);
    };
    result["mean"].push_back(as_json(p.mean));
    result["mean_se"].push_back(as_json(p.mean_se));
    result["mean_ci_lower"].push_back(end(p.mean_ci, p.mean_ci.low));
    result["mean_ci_upper"].push_back(end(p.mean_ci, p.mean_ci.high));
    result["obs_ci_lower"].push_back(end(p.observation_ci, p.observation_ci.low));
    result["obs_ci_upper"].push_back(end(p.observation_ci, p.observation_ci.high));
  }
  return result;
}

Json single_regressor_json(const Regression& fit) {
  const Coefficient &intercept = fit.coefficients.at(0), &slope = fit.coefficients.at(1);
  Estimate r = fit.r2;
  if (r.defined()) r = std::copysign(std::sqrt(r.value), slope.value.value);
  return {{"slope", as_json(slope.value)},
          {"intercept", as_json(intercept.value)},
          {"ss_residual", as_json(fit.ss_residual)},
          {"r", as_json(r)},
          {"p", as_json(slope.p)},
          {"slope_se", as_json(slope.se)},
          {"intercept_se", as_json(intercept.se)}};
}

Json ours(const Json& record, const std::vector<double>& y,
          const std::vector<Regressor>& regressors, testing::Tally& tally) {
  const Regression fit = ols(y, regressors);
  Json result;
  result["fit"] = fit_json(fit);
  result["leverage"] = fit.leverage;
  result["residuals"] = fit.residuals;
  result["studentized_internal"] = as_json_list(fit.studentized);
  result["cooks_distance"] = as_json_list(fit.cooks_distance);
  if (!fit.coefficients.at(0).value.defined()) {
    // statsmodels takes the solution of least norm; we say that there is no single one.
    tally.cannot_run(record.at("fixture").get<std::string>() + "/coefficients",
                     fit.coefficients[0].value.reason);
    result.erase("cooks_distance");  // divided by the number of coefficients, of which it has more
    return result;
  }
  for (std::size_t i = 0; i < fit.coefficients.size(); ++i) {
    const Coefficient& c = fit.coefficients[i];
    result["coefficients"][c.name] =
        coefficient_json(record.at("coefficients").at(c.name), y, regressors, i);
    result["se_HC0"].push_back(as_json(c.se_hc0));
    result["se_HC3"].push_back(as_json(c.se_hc3));
    if (i > 0) result["vif"][c.name] = as_json(c.vif);
  }
  const std::size_t p = fit.coefficients.size();
  for (std::size_t i = 0; i < p && !fit.covariance.empty(); ++i)
    result["covariance_matrix"].push_back(
        std::vector<double>(fit.covariance.begin() + static_cast<std::ptrdiff_t>(i * p),
                            fit.covariance.begin() + static_cast<std::ptrdiff_t>((i + 1) * p)));
  if (record.contains("prediction"))
    result["prediction"] = prediction_json(fit, record["prediction"].at("x_new_rows"));
  if (p == 2) result["exact_rational"] = result["scipy_linregress"] = single_regressor_json(fit);
  return result;
}

TEST(GoldenStatistics, Ols) {
  testing::Tally tally("ols");
  for (const Json& record : testing::golden_records("statistics", "ols")) {
    const auto fixture = record.at("fixture").get<std::string>();
    const std::vector<double> y = numbers(record.at("y"));
    std::vector<std::string> names;
    for (const Json& name : record.at("names")) names.push_back(name.get<std::string>());
    if (names.front() != "const") {
      tally.cannot_run(fixture, "our regressions have an intercept");
      continue;
    }
    std::vector<std::vector<double>> columns;
    for (std::size_t i = 1; i < names.size(); ++i)
      columns.push_back(numbers(record.at("x").at(names[i])));
    std::vector<Regressor> regressors;
    for (std::size_t i = 1; i < names.size(); ++i) regressors.push_back({names[i], columns[i - 1]});
    double scale = 0;
    for (const double value : y) scale = std::max(scale, std::abs(value));
    // What cancels is known only to the rounding of the outcome, and statsmodels' solution only to
    // the condition of the regressors.
    const Estimate condition = ols(y, regressors).condition_number;
    const double relative =
        std::clamp(3e-15 * (condition.defined() ? condition.value : 1), 1e-9, 1e-6);
    const auto tolerance = [scale, relative](const std::string& path) -> Tolerance {
      if (path.find("/residuals") != std::string::npos) return {relative, 1e-11 * scale};
      if (path.find("/ss_") != std::string::npos) return {relative, 1e-20 * scale * scale};
      if (path.find("/studentized") != std::string::npos) return {relative, relative};
      if (path.find("/cooks") != std::string::npos) return {relative, relative};
      return {relative, 1e-14};
    };
    testing::compare(record, ours(record, y, regressors, tally), fixture, tolerance, tally);
  }
}

}  // namespace
}  // namespace myoseg
