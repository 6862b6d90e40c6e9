#include "eval/analysis/regression_fit.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/names.h"
#include "core/parallel.h"
#include "core/table/table.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

using statistics::Regressor;

bool is_complete(const RegressionData& data, const RegressionCase& one) {
  const std::vector<std::string> columns = columns_of(data.terms);
  return one.response && std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
           return one.manual.contains(column);
         });
}

// Numbers by size, before texts by their letters.
bool comes_before(const std::string& a, const std::string& b) {
  const auto x = as_number(a), y = as_number(b);
  if (x && y) return *x < *y;
  return x.has_value() != y.has_value() ? x.has_value() : a < b;
}

std::vector<std::string> levels_of(const RegressionData& data, const RegressionOptions& options,
                                   const std::vector<std::size_t>& cases,
                                   const std::string& column) {
  std::vector<std::string> levels;
  for (const std::size_t i : cases) {
    const std::string& level = data.cases[i].manual.at(column).text;
    if (std::find(levels.begin(), levels.end(), level) == levels.end()) levels.push_back(level);
  }
  std::sort(levels.begin(), levels.end(), comes_before);
  for (const ReferenceLevel& one : options.reference) {
    if (match_key(one.column) != match_key(column)) continue;
    const auto found = std::find(levels.begin(), levels.end(), one.level);
    if (found == levels.end()) continue;  // a fit that leaves its cases out has another
    std::rotate(levels.begin(), found, found + 1);
  }
  return levels;
}

bool determines(std::span<const double> y, std::span<const Regressor> regressors) {
  return statistics::ols(y, regressors).coefficients[0].value.defined();
}

// Names of the first regressors of which each is a combination of the others.
std::vector<std::string> dependent(std::span<const double> y, std::vector<Regressor> regressors) {
  std::size_t count = 1;
  while (count < regressors.size() && determines(y, {regressors.data(), count})) ++count;
  regressors.resize(count);
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i) {
    std::vector<Regressor> others = regressors;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
    if (determines(y, others)) names.push_back(regressors[i].name);
  }
  return names;
}

// A clause for the first thing that keeps the coefficients from being told.
std::string why_undetermined(const FittedRegression& fitted, std::span<const double> y,
                             const std::vector<Regressor>& regressors) {
  if (y.empty()) return "no case is left to fit on";
  for (const auto& [column, levels] : fitted.coding.levels)
    if (levels.size() == 1)
      return fmt::format("{} is {} in every case, so its effect cannot be told; leave the term out",
                         column, levels[0]);
  if (y.size() < regressors.size() + 1)
    return fmt::format("{} cases are too few for {} coefficients; measure more, or leave terms out",
                       y.size(), regressors.size() + 1);
  for (const Regressor& one : regressors)
    if (statistics::is_constant(one.values))
      return fmt::format("{} is {} in every case, so its effect cannot be told; leave the term out",
                         one.name, format_number(one.values[0]));
  if (determines(y, regressors)) return "";
  const std::vector<std::string> names = dependent(y, regressors);
  if (names.size() < 2) return fitted.fit.coefficients[0].value.reason;
  return fmt::format(
      "{} depend on each other linearly, so their effects cannot be told apart; leave "
      "one out",
      join(names));
}

// Where the terms say all of the response, nothing is left that an error could be told from: no
// standard error is 0, and no interval has no width.
void forget_errors(statistics::Regression& fit) {
  const statistics::Undefined exact{"the terms determine the response, which leaves no error"};
  fit.residual_se = fit.f = fit.f_p = exact;
  fit.covariance.clear();
  for (statistics::Coefficient& one : fit.coefficients) {
    one.se = one.t = one.p = exact;
    one.ci = exact;
  }
}

}  // namespace

FittedRegression fit_cases(const RegressionData& data, const RegressionOptions& options,
                           const std::vector<std::size_t>& cases) {
  FittedRegression fitted;
  for (const std::size_t i : cases)
    (is_complete(data, data.cases[i]) ? fitted.cases : fitted.left_out).push_back(i);
  fitted.coding.terms = data.terms;
  for (const std::string& column : columns_of(data.terms))
    if (data.categorical.contains(column))
      fitted.coding.levels[column] = levels_of(data, options, fitted.cases, column);
  fitted.names = regressors_of(fitted.coding);

  std::vector<double> y;
  std::vector<std::vector<double>> columns(fitted.names.size());
  for (const std::size_t i : fitted.cases) {
    const CodedCase coded = code(fitted.coding, data.cases[i].manual);
    if (!coded.problem.empty())
      throw data_error("{}: case {}: {}", data.source, data.cases[i].id, coded.problem);
    for (std::size_t c = 0; c < columns.size(); ++c) columns[c].push_back(coded.values[c]);
    y.push_back(*data.cases[i].response);
  }
  std::vector<Regressor> regressors;
  for (std::size_t c = 0; c < columns.size(); ++c)
    regressors.push_back({fitted.names[c].name, columns[c]});
  fitted.fit = statistics::ols(y, regressors, options.confidence);
  const statistics::Estimate& error = fitted.fit.residual_se;
  if (error.defined() && error.value == 0) forget_errors(fitted.fit);
  fitted.why = why_undetermined(fitted, y, regressors);
  if (!fitted.why.empty())
    for (statistics::Coefficient& one : fitted.fit.coefficients)
      one = statistics::undefined_coefficient(one.name, fitted.why);
  return fitted;
}

statistics::Prediction predict(const FittedRegression& fitted, const Cells& cells,
                               double confidence) {
  const CodedCase coded = code(fitted.coding, cells);
  if (fitted.why.empty() && coded.problem.empty())
    return statistics::predict(fitted.fit, coded.values, confidence);
  return statistics::undefined_prediction(fitted.why.empty() ? coded.problem : fitted.why);
}

RegressionFindings regression_findings(const RegressionData& data,
                                       const RegressionOptions& options) {
  RegressionFindings found;
  std::vector<std::size_t> all, never_held_out;
  std::map<int, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < data.cases.size(); ++i) {
    all.push_back(i);
    if (data.cases[i].held_out)
      groups[*data.cases[i].held_out].push_back(i);
    else
      never_held_out.push_back(i);
  }
  found.all = fit_cases(data, options, data.held_out == HeldOut::test_set ? never_held_out : all);
  const std::vector<std::pair<int, std::vector<std::size_t>>> held_out(groups.begin(),
                                                                       groups.end());
  std::vector<std::vector<CasePrediction>> of_group(held_out.size());
  parallel_for(held_out.size(), [&](std::size_t g) {
    const auto& [number, members] = held_out[g];
    std::vector<std::size_t> others;
    for (const std::size_t i : all)
      if (data.cases[i].held_out != number) others.push_back(i);
    const FittedRegression fitted = fit_cases(data, options, others);
    for (const std::size_t i : members)
      of_group[g].push_back({i, predict(fitted, data.cases[i].manual, options.confidence),
                             predict(fitted, data.cases[i].network, options.confidence)});
  });
  for (const auto& group : of_group)
    found.predictions.insert(found.predictions.end(), group.begin(), group.end());
  std::sort(found.predictions.begin(), found.predictions.end(),
            [](const CasePrediction& a, const CasePrediction& b) { return a.of < b.of; });
  return found;
}

}  // namespace myoseg
