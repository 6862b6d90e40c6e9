#include "eval/analysis/regression_tables.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/names.h"
#include "eval/draw/readable.h"
#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Coefficient;
using statistics::Estimate;
using statistics::Interval;
using statistics::reasons;

const char* cases_word(std::size_t count) { return count == 1 ? "case" : "cases"; }

std::string fitted_on(const RegressionData& data, std::size_t n) {
  switch (data.held_out) {
    case HeldOut::test_set:
      return fmt::format(
          "Fitted on the {} {} that are never held out; predicted are those of the test set.", n,
          cases_word(n));
    case HeldOut::folds:
      return fmt::format(
          "Coefficients of all {} cases; each case is predicted by a fit of the cases of the other "
          "folds.",
          n);
    case HeldOut::one_by_one:
      break;
  }
  return fmt::format(
      "Coefficients of all {} cases; each case is predicted by a fit of all others "
      "(leave-one-out).",
      n);
}

// "Left out: 3 cases without a value (age 2, sex 1)."
std::string left_out_note(const RegressionData& data, const std::vector<std::size_t>& cases) {
  std::vector<std::string> lacking;
  const auto count = [&](const std::string& column, const auto& lacks) {
    std::size_t n = 0;
    for (const std::size_t i : cases) n += lacks(data.cases[i]) ? 1 : 0;
    if (n > 0) lacking.push_back(fmt::format("{} {}", column, n));
  };
  count(data.response, [](const RegressionCase& one) { return !one.response; });
  for (const std::string& column : columns_of(data.terms))
    count(column, [&](const RegressionCase& one) { return !one.manual.contains(column); });
  return fmt::format("Left out: {} {} without a value ({}).", cases.size(),
                     cases_word(cases.size()), join(lacking));
}

}  // namespace

std::string ends_text(const Interval& interval) {
  return interval.defined() ? fmt::format("{} to {}", four_digits(Estimate(interval.low)),
                                          four_digits(Estimate(interval.high)))
                            : "–";
}

std::string percent(double share) { return fmt::format("{:g} %", 100 * share); }

std::string four_digits(const Estimate& estimate) {
  if (!estimate.defined()) return "–";
  const double size = std::abs(estimate.value);
  // Large numbers in full: 10370 rather than 1.037e+04.
  constexpr double kAll = 1e3, kTooMany = 1e9;
  const std::string digits =
      size >= kAll && size < kTooMany ? fmt::format("{:.0f}", size) : fmt::format("{:.4g}", size);
  return estimate.value < 0 ? "−" + digits : digits;
}

Table coefficients_table(const FittedRegression& fitted) {
  Table table;
  table.columns = {"coefficient", "estimate", "se", "t", "p", "ci_low", "ci_high", "vif", "note"};
  for (const Coefficient& one : fitted.fit.coefficients) {
    std::vector<std::string> row{one.name};
    for (const Estimate* e : {&one.value, &one.se, &one.t, &one.p}) row.push_back(cell(*e));
    add_cells(row, one.ci);
    row.push_back(cell(one.vif));
    row.push_back(reasons({one.value.reason, one.se.reason, one.t.reason, one.p.reason}));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table readable_coefficients(const FittedRegression& fitted, const RegressionOptions& options) {
  Table table;
  table.columns = {
      "Term", "Level", "Coefficient", "SE", "t", "p", percent(options.confidence) + " CI", "VIF"};
  for (std::size_t i = 0; i < fitted.fit.coefficients.size(); ++i) {
    const Coefficient& one = fitted.fit.coefficients[i];
    const bool is_const = i == 0;
    table.rows.push_back(
        {is_const ? "(intercept)" : text_of(fitted.coding.terms[fitted.names[i - 1].term]),
         is_const ? "" : fitted.names[i - 1].level, four_digits(one.value), four_digits(one.se),
         fixed_text(one.t.value, 2), p_value_text(one.p), ends_text(one.ci),
         is_const ? "" : fixed_text(one.vif.value, 2)});
  }
  return table;
}

AnalysisTable fit_table(const FittedRegression& fitted, const RegressionOptions& options) {
  const statistics::Regression& fit = fitted.fit;
  AnalysisTable table;
  table.name = "regression_fit";
  table.caption = "How well the line fits.";
  table.exact.columns = {"statistic", "value", "paper", "note"};
  table.readable.columns = {"Statistic", "Value"};
  const bool paper = options.paper_r2.has_value();
  if (paper) table.readable.columns.push_back("Paper");
  const auto add = [&](const char* name, const char* title, const Estimate& value,
                       const std::string& shown, std::optional<double> printed = {}) {
    table.exact.rows.push_back(
        {name, cell(value), printed ? format_number(*printed) : std::string("NA"), value.reason});
    auto& row = table.readable.rows.emplace_back(std::vector<std::string>{title, shown});
    if (paper) row.push_back(printed ? format_number(*printed) : std::string("–"));
  };
  const auto count = [&](const char* name, const char* title, std::int64_t n) {
    add(name, title, static_cast<double>(n), std::to_string(n));
  };
  // What a design that tells nothing fits all the same is no finding.
  const auto if_told = [&](const Estimate& e) {
    return fitted.why.empty() ? e : Estimate(statistics::Undefined{fitted.why});
  };
  const Estimate r2 = if_told(fit.r2), adjusted = if_told(fit.adjusted_r2), f = if_told(fit.f),
                 p = if_told(fit.f_p), se = if_told(fit.residual_se);
  count("n", "Cases", fit.n);
  count("left_out", "Left out", static_cast<std::int64_t>(fitted.left_out.size()));
  count("df_residual", "Residual degrees of freedom", fit.df_residual);
  add("r2", "R²", r2, fixed_text(r2.value, 4), options.paper_r2);
  add("adjusted_r2", "Adjusted R²", adjusted, fixed_text(adjusted.value, 4));
  add("residual_se", "Residual SE", se, four_digits(se));
  add("f", "F", f, fixed_text(f.value, 2));
  add("f_p", "p of F", p, p_value_text(p));
  return table;
}

std::vector<std::string> fit_notes(const RegressionData& data, const FittedRegression& fitted) {
  std::vector<std::string> terms, notes;
  for (const Term& term : data.terms) terms.push_back(text_of(term));
  notes.push_back(fmt::format("Least squares of {} on {} with an intercept. {}", data.response,
                              join(terms), fitted_on(data, fitted.cases.size())));
  if (data.of_labels)
    notes.push_back(
        fmt::format("What was measured in masks is fitted on the manual masks{}.",
                    data.two_masks ? " and predicted from theirs and from the network's" : ""));
  if (!fitted.left_out.empty()) notes.push_back(left_out_note(data, fitted.left_out));
  if (!fitted.why.empty()) notes.push_back(fmt::format("No coefficients: {}.", fitted.why));
  return notes;
}

}  // namespace myoseg
