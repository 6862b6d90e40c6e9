#include "eval/report/main_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/names.h"
#include "eval/draw/readable.h"
#include "eval/measure/summaries.h"
#include "eval/report/tables.h"

namespace myoseg {
namespace {

// What a paper printed, with the decimals that it takes (two or three).
std::string paper_cell(const ReportOptions& options, const std::string& region,
                       const std::string& metric) {
  for (const PaperValue& paper : options.paper_values) {
    if (paper.region != region || paper.metric != metric) continue;
    const auto fits = [](double x) { return std::abs(x * 100 - std::round(x * 100)) < 1e-6; };
    const int decimals = fits(paper.mean) && fits(paper.sd) ? 2 : 3;
    return mean_and_sd(
        paper.mean, paper.sd > 0 ? paper.sd : std::numeric_limits<double>::quiet_NaN(), decimals);
  }
  return "–";
}

const ScoreStatistics* find(const std::vector<ScoreStatistics>& statistics,
                            const std::string& region, const std::string& metric) {
  for (const ScoreStatistics& s : statistics)
    if (s.region == region && s.metric.name == metric) return &s;
  return nullptr;
}

std::string cell(const ScoreStatistics* s, const MainColumn& column, const ReportOptions& options,
                 const std::string& region) {
  const int decimals = column.metric.decimals();
  if (column.kind == MainColumn::Kind::paper)
    return paper_cell(options, region, column.metric.name);
  if (s == nullptr) return "–";
  return column.kind == MainColumn::Kind::penalised
             ? fixed_text(s->penalised_mean.value, decimals)
             : mean_and_sd(s->mean.value, s->sd.value, decimals);
}

}  // namespace

std::vector<MainColumn> main_columns(const std::vector<ScoreStatistics>& statistics,
                                     const ReportOptions& options) {
  using Kind = MainColumn::Kind;
  std::vector<MainColumn> columns;
  for (const std::string& name : options.metrics) {
    const Metric metric = find_metric(name);
    columns.push_back({metric, Kind::ours});
    if (std::any_of(statistics.begin(), statistics.end(), [&](const ScoreStatistics& s) {
          return s.metric.name == name && s.penalised > 0;
        }))
      columns.push_back({metric, Kind::penalised});
    if (std::any_of(options.paper_values.begin(), options.paper_values.end(),
                    [&](const PaperValue& paper) { return paper.metric == name; }))
      columns.push_back({metric, Kind::paper});
  }
  return columns;
}

std::vector<std::vector<std::string>> main_rows(const std::vector<ScoreStatistics>& statistics,
                                                const ReportInput& input,
                                                const ReportOptions& options) {
  const std::vector<MainColumn> columns = main_columns(statistics, options);
  std::vector<std::vector<std::string>> rows;
  for (const std::string& region : region_order(input, options)) {
    std::vector<std::string> counts;
    std::int64_t missed = 0;
    for (const std::string& name : options.metrics) {
      const ScoreStatistics* s = find(statistics, region, name);
      counts.push_back(std::to_string(s == nullptr ? 0 : s->n));
      if (s != nullptr) missed = std::max(missed, s->missed);
    }
    const bool same = std::all_of(counts.begin(), counts.end(),
                                  [&](const std::string& n) { return n == counts.front(); });
    auto& row = rows.emplace_back();
    row = {region, same ? counts.front() : join(counts, " / "), std::to_string(missed)};
    for (const MainColumn& column : columns)
      row.push_back(cell(find(statistics, region, column.metric.name), column, options, region));
  }
  return rows;
}

Table main_table(const ReportInput& input, const ReportOptions& options) {
  const std::vector<ScoreStatistics> statistics =
      score_statistics(input, options, Intervals::without);
  Table table;
  table.columns = {"region", "n", "missed"};
  for (const MainColumn& column : main_columns(statistics, options)) {
    const std::string title = column.metric.header();
    if (column.kind == MainColumn::Kind::paper)
      table.columns.push_back(title + ", paper");
    else
      table.columns.push_back(
          title + ", " + data_name(input) +
          (column.kind == MainColumn::Kind::penalised ? ", penalised mean" : ""));
  }
  table.rows = main_rows(statistics, input, options);
  return table;
}

std::vector<std::string> table_notes(const ReportInput& input, const ReportOptions& options) {
  std::vector<std::string> notes{
      "n: cases with a value, of each metric in turn where they differ. Missed: cases that have "
      "the region in the truth and nothing of it in the prediction. SD with n − 1."};
  if (has_folds(input))
    notes.back() += counting_stage(input.scores) == Stage::final
                        ? " Scores are those after post-processing."
                        : " Scores are those of the network's own prediction.";
  std::vector<Metric> metrics;
  for (const std::string& name : options.metrics) metrics.push_back(find_metric(name));
  for (std::string& note : metric_notes(metrics)) notes.push_back(std::move(note));
  notes.insert(notes.end(), options.notes.begin(), options.notes.end());
  return notes;
}

}  // namespace myoseg
