#include "eval/report/main_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/names.h"
#include "eval/draw/readable.h"
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

std::vector<MainColumn> main_columns(const ReportContents& contents) {
  using Kind = MainColumn::Kind;
  const ReportOptions& options = contents.options;
  const std::vector<ScoreStatistics>& statistics = contents.statistics;
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

std::vector<std::vector<std::string>> main_rows(const ReportContents& contents,
                                                const std::vector<MainColumn>& columns) {
  const ReportOptions& options = contents.options;
  const std::vector<ScoreStatistics>& statistics = contents.statistics;
  std::vector<std::vector<std::string>> rows;
  for (const std::string& region : contents.regions) {
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

Table main_table(const ReportContents& contents) {
  const std::vector<MainColumn> columns = main_columns(contents);
  Table table;
  table.columns = {"region", "n", "missed"};
  for (const MainColumn& column : columns) {
    const std::string title = column.metric.header();
    if (column.kind == MainColumn::Kind::paper)
      table.columns.push_back(title + ", paper");
    else
      table.columns.push_back(
          title + ", " + data_name(contents.input) +
          (column.kind == MainColumn::Kind::penalised ? ", penalised mean" : ""));
  }
  table.rows = main_rows(contents, columns);
  return table;
}

std::vector<std::string> table_notes(const ReportContents& contents) {
  const ReportOptions& options = contents.options;
  std::vector<std::string> notes{
      "n: cases with a value, of each metric in turn where they differ. Missed: cases that have "
      "the region in the truth and nothing of it in the prediction. SD with n − 1."};
  if (contents.has_folds)
    notes.back() += contents.stage == Stage::final
                        ? " Scores are those after post-processing."
                        : " Scores are those of the network's own prediction.";
  std::vector<Metric> metrics;
  for (const std::string& name : options.metrics) metrics.push_back(find_metric(name));
  for (std::string& note : metric_notes(metrics)) notes.push_back(std::move(note));
  notes.insert(notes.end(), options.notes.begin(), options.notes.end());
  return notes;
}

}  // namespace myoseg
