// What was predicted of held-out cases, case by case and in sum.
#include <fmt/format.h>

#include <map>
#include <set>
#include <utility>

#include "core/names.h"
#include "eval/analysis/regression_tables.h"
#include "eval/draw/readable.h"
#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Estimate;
using statistics::Interval;
using statistics::Prediction;
using statistics::reasons;

// The cases that have no prediction, by the reason.
using Unpredicted = std::map<std::string, std::set<std::string>>;

std::vector<std::string> reasons_of(const Unpredicted& without, std::size_t cases) {
  std::vector<std::string> notes;
  for (const auto& [reason, names] : without)
    notes.push_back(fmt::format("No prediction of {} of {} cases, {}: {}.", names.size(), cases,
                                join_some(std::vector<std::string>(names.begin(), names.end())),
                                reason));
  return notes;
}

}  // namespace

AnalysisTable predictions_table(const RegressionData& data,
                                const std::vector<CasePrediction>& predictions,
                                const RegressionOptions& options) {
  AnalysisTable table;
  table.name = "regression_predictions";
  table.caption = "Each case that was held out.";
  const std::string interval = percent(options.confidence) + " interval";
  std::vector<std::pair<std::string, Prediction CasePrediction::*>> kinds{
      {"", &CasePrediction::manual}};
  if (data.two_masks)
    kinds = {{"manual", &CasePrediction::manual}, {"network", &CasePrediction::network}};
  table.exact.columns = {"case", "true"};
  table.readable.columns = {"Case", "True"};
  for (const auto& [name, how] : kinds) {
    const std::string end = name.empty() ? "" : "_" + name, of = name.empty() ? "" : ", " + name;
    for (const char* column : {"predicted", "low", "high"})
      table.exact.columns.push_back(column + end);
    table.readable.columns.push_back("Predicted" + of);
    table.readable.columns.push_back(interval);
  }
  table.exact.columns.push_back("note");
  Unpredicted without;
  for (const CasePrediction& one : predictions) {
    const RegressionCase& item = data.cases[one.of];
    const Estimate measured =
        item.response ? Estimate(*item.response) : Estimate(statistics::Undefined{"not measured"});
    std::vector<std::string> exact{item.id, cell(measured)}, shown{item.id, four_digits(measured)};
    std::vector<std::string> why;
    for (const auto& [name, how] : kinds) {
      const Prediction& predicted = one.*how;
      exact.push_back(cell(predicted.mean));
      add_cells(exact, predicted.observation_ci);
      shown.push_back(four_digits(predicted.mean));
      shown.push_back(ends_text(predicted.observation_ci));
      why.push_back(predicted.mean.reason);
      if (!predicted.mean.defined()) without[predicted.mean.reason].insert(item.id);
      why.push_back(predicted.observation_ci.reason);
    }
    exact.push_back(reasons(why));
    table.exact.rows.push_back(std::move(exact));
    table.readable.rows.push_back(std::move(shown));
  }
  table.notes = reasons_of(without, predictions.size());
  table.notes.push_back(
      fmt::format("The interval holds the true value of a new case with a probability of {}.",
                  percent(options.confidence)));
  if (data.two_masks)
    table.notes.push_back(
        "It takes what was measured in the mask as it is; the error of the network's mask comes on "
        "top.");
  return table;
}

AnalysisTable agreement_table(const std::vector<PredictionAgreement>& agreements,
                              const RegressionOptions& options) {
  AnalysisTable table;
  table.name = "regression_agreement";
  table.caption = "Predicted and true values of the cases that were held out.";
  table.exact.columns = {"from",      "n",         "icc",         "icc_low",      "icc_high",
                         "icc_paper", "bias",      "bias_low",    "bias_high",    "lower",
                         "upper",     "pearson_r", "pearson_low", "pearson_high", "pearson_p",
                         "rmse",      "mae",       "note"};
  const std::string ci = percent(options.confidence) + " CI";
  table.readable.columns = {"Predicted from", "n", "ICC(2,1)", ci};
  if (options.paper_icc) table.readable.columns.push_back("Paper's ICC");
  for (const std::string& name :
       {std::string("Bias"), ci, std::string("Limits of agreement"), std::string("Pearson's r"),
        std::string("RMSE"), std::string("MAE")})
    table.readable.columns.push_back(name);
  for (const PredictionAgreement& one : agreements) {
    const statistics::BlandAltman& limits = one.limits;
    const std::string n = std::to_string(one.cases.size());
    std::vector<std::string> exact{one.from, n, cell(one.icc.value)};
    add_cells(exact, one.icc.ci);
    exact.push_back(options.paper_icc ? format_number(*options.paper_icc) : std::string("NA"));
    exact.push_back(cell(limits.bias));
    add_cells(exact, limits.ci_bias);
    for (const Estimate* e : {&limits.lower, &limits.upper, &one.pearson.coefficient})
      exact.push_back(cell(*e));
    add_cells(exact, one.pearson.ci);
    for (const Estimate* e : {&one.pearson.p, &one.rmse, &one.mae}) exact.push_back(cell(*e));
    exact.push_back(
        reasons({one.icc.value.reason, one.icc.ci.reason, limits.bias.reason, limits.lower.reason,
                 one.pearson.coefficient.reason, one.rmse.reason}));
    std::vector<std::string> shown{one.from.empty() ? "the terms" : one.from, n,
                                   fixed_text(one.icc.value.value, 3),
                                   interval_text(one.icc.ci, 3)};
    if (options.paper_icc) shown.push_back(format_number(*options.paper_icc));
    const Interval between =
        limits.lower.defined() ? Interval(limits.lower.value, limits.upper.value) : Interval();
    for (std::string& text :
         std::vector<std::string>{four_digits(limits.bias), ends_text(limits.ci_bias),
                                  ends_text(between), fixed_text(one.pearson.coefficient.value, 3),
                                  four_digits(one.rmse), four_digits(one.mae)})
      shown.push_back(std::move(text));
    if (!exact.back().empty())
      table.notes.push_back(fmt::format("{}: {}.", shown.front(), exact.back()));
    table.exact.rows.push_back(std::move(exact));
    table.readable.rows.push_back(std::move(shown));
  }
  table.notes.push_back("Bias: predicted minus true. Limits of agreement: bias ± 1.96 SD.");
  return table;
}

}  // namespace myoseg
