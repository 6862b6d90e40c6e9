// How every two of several columns go together, as a table and a heat map.
#include <fmt/core.h>

#include <array>

#include "core/names.h"
#include "eval/analysis/analysis.h"
#include "eval/draw/heat_map.h"
#include "eval/draw/readable.h"
#include "eval/statistics/cells.h"
#include "eval/statistics/correlation.h"

namespace myoseg {
namespace {

using statistics::Correlation;

enum class Method { pearson, spearman };
constexpr std::array<std::string_view, 2> choice_names(Method) { return {"pearson", "spearman"}; }

struct CorrelationOptions {
  std::vector<std::string> columns;
  Method method = Method::pearson;
};
void describe(Fields& f, CorrelationOptions& o) {
  f("columns", o.columns, kAny.must_be_given(), "Two or more columns, each with each other.");
  f("method", o.method, "pearson: r; spearman: rho, of ranks.");
  f.require(o.columns.size() >= 2, "columns must name at least two columns");
}

// [a][b], of the cases that have both.
std::vector<std::vector<Correlation>> correlations(const CorrelationOptions& options,
                                                   const Table& cases) {
  std::vector<std::size_t> columns;
  for (const std::string& name : options.columns) columns.push_back(column_of(cases, name));
  const std::size_t n = columns.size();
  std::vector<std::vector<Correlation>> all(n, std::vector<Correlation>(n));
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = a; b < n; ++b) {
      const auto values = complete_rows(cases, {columns[a], columns[b]}).values;
      all[a][b] = all[b][a] = options.method == Method::pearson
                                  ? statistics::pearson(values[0], values[1])
                                  : statistics::spearman(values[0], values[1]);
    }
  return all;
}

Figure figure_of(const CorrelationOptions& options,
                 const std::vector<std::vector<Correlation>>& all) {
  Figure figure;
  figure.name = "correlation";
  figure.title = fmt::format("Correlation of {}", join(options.columns));
  HeatMap map{options.columns, options.columns, {}};
  for (const auto& row : all) {
    auto& cells = map.cells.emplace_back();
    for (const Correlation& one : row) {
      const bool defined = one.coefficient.defined();
      cells.push_back({(one.coefficient.value + 1) / 2,
                       defined ? fixed_text(one.coefficient.value, 2) : "none"});
    }
  }
  draw_heat_map(figure, map);
  figure.caption =
      fmt::format("{} of every two columns. Dark: −1, light: 1.",
                  options.method == Method::pearson ? "Pearson's r" : "Spearman's rho");
  return figure;
}

AnalysisResult analyse_correlation(const CorrelationOptions& options, const AnalysisCases& of) {
  const Table& cases = of.cases;
  const auto all = correlations(options, cases);
  AnalysisResult result;
  result.notes = {"Each pair over the cases that have both values; p uncorrected."};
  result.title = options.method == Method::pearson ? "Correlation" : "Rank correlation";
  result.exact.columns = {"first",  "second",  "n", std::string(name_of(options.method)),
                          "ci_low", "ci_high", "p", "note"};
  result.readable.columns = {
      "First", "Second", "n", options.method == Method::pearson ? "r" : "rho", "95 % CI", "p"};
  for (std::size_t a = 0; a < all.size(); ++a)
    for (std::size_t b = a + 1; b < all.size(); ++b) {
      const Correlation& one = all[a][b];
      const std::string n = std::to_string(one.n);
      std::vector<std::string> row{options.columns[a], options.columns[b], n,
                                   statistics::cell(one.coefficient)};
      statistics::add_cells(row, one.ci);
      row.push_back(statistics::cell(one.p));
      row.push_back(statistics::reasons({one.coefficient.reason, one.ci.reason, one.p.reason}));
      if (!row.back().empty())
        result.notes.push_back(
            fmt::format("{}, {}: {}.", options.columns[a], options.columns[b], row.back()));
      result.exact.rows.push_back(std::move(row));
      result.readable.rows.push_back({options.columns[a], options.columns[b], n,
                                      fixed_text(one.coefficient.value, 3),
                                      interval_text(one.ci, 3), p_value_text(one.p)});
      const auto& shown = result.readable.rows.back();
      result.text +=
          fmt::format("{} - {} (n = {}): {} {} [{}]  p {}\n", shown[0], shown[1], shown[2],
                      result.readable.columns[3], shown[3], shown[4], shown[5]);
    }
  result.figures.push_back(figure_of(options, all));
  return result;
}

}  // namespace

extern const AnalysisEntry kCorrelationAnalysis =
    entry<AnalysisEntry, CorrelationOptions, analyse_correlation>(
        "correlation", "Correlation of every two columns, with a heat map.");

}  // namespace myoseg
