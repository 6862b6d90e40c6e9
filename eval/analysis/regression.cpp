// A column explained by others: ordinary least squares, tried on the cases that were held out
// (Baek et al., RSNA 2023: muscle volume by age, sex and the squared area in a radiograph).
#include <algorithm>
#include <string>
#include <vector>

#include "core/text.h"
#include "eval/analysis/analysis.h"
#include "eval/analysis/regression_agreement.h"
#include "eval/analysis/regression_data.h"
#include "eval/analysis/regression_figures.h"
#include "eval/analysis/regression_fit.h"
#include "eval/analysis/regression_model.h"
#include "eval/analysis/regression_tables.h"

namespace myoseg {
namespace {

// Columns in line, for a terminal.
std::string plain_text(const Table& table) {
  std::vector<std::size_t> widths(table.columns.size(), 0);
  std::vector<std::vector<std::string>> lines{table.columns};
  lines.insert(lines.end(), table.rows.begin(), table.rows.end());
  for (const auto& line : lines)
    for (std::size_t c = 0; c < line.size(); ++c)
      widths[c] = std::max(widths[c], columns_of(std::string_view(line[c])));
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t c = 0; c < line.size(); ++c)
      row += line[c] + std::string(widths[c] - columns_of(std::string_view(line[c])) + 2, ' ');
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

std::string text_of(const AnalysisResult& result) {
  std::string text = plain_text(result.readable);
  for (const std::string& note : result.notes) text += note + "\n";
  // Every case's prediction is for the files.
  for (const AnalysisTable& table : result.more) {
    if (table.name.ends_with("_predictions")) continue;
    text += "\n" + table.caption + "\n" + plain_text(table.readable);
    for (const std::string& note : table.notes) text += note + "\n";
  }
  return text;
}

AnalysisResult analyse_regression(const RegressionOptions& options, const AnalysisCases& of) {
  const RegressionData data = regression_data(options, of);
  const RegressionFindings found = regression_findings(data, options);
  const auto agreements = prediction_agreement(data, found.predictions, options.confidence);
  AnalysisResult result;
  result.title = "Regression of " + data.response;
  result.exact = coefficients_table(found.all);
  result.readable = readable_coefficients(found.all, options);
  result.notes = fit_notes(data, found.all);
  result.notes.insert(result.notes.end(), options.notes.begin(), options.notes.end());
  result.more = {fit_table(found.all, options), agreement_table(agreements, options),
                 predictions_table(data, found.predictions, options)};
  result.figures = regression_figures(data, found.all, agreements);
  if (statistics::no_model(found.all.fit).empty())
    result.model = to_json({data.response, found.all.coding,
                            statistics::linear_model(found.all.fit), options.confidence});
  result.text = text_of(result);
  return result;
}

}  // namespace

extern const AnalysisEntry kRegressionAnalysis =
    entry<AnalysisEntry, RegressionOptions, analyse_regression>(
        "regression",
        "Least squares of a column on others, with transforms and categories: coefficients, "
        "residuals, and how far predictions of held-out cases agree with the truth.");

}  // namespace myoseg
