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

const VolumeCorrelation* find(const std::vector<VolumeCorrelation>& correlations,
                              const std::string& region) {
  for (const VolumeCorrelation& one : correlations)
    if (one.region == region) return &one;
  return nullptr;
}

std::string cell(const ReportContents& contents, const MainColumn& column,
                 const std::string& region) {
  if (column.kind == MainColumn::Kind::paper)
    return paper_cell(contents.options, region, column.name);
  if (column.name == kVolumeCorrelation) {
    const VolumeCorrelation* volumes = find(contents.volumes, region);
    return volumes == nullptr
               ? "–"
               : value_and_interval(volumes->pearson.coefficient, volumes->pearson.ci, 3);
  }
  const ScoreStatistics* s = find(contents.statistics, region, column.name);
  if (s == nullptr) return "–";
  const int decimals = s->metric.decimals();
  return column.kind == MainColumn::Kind::penalised
             ? fixed_text(s->penalised_mean.value, decimals)
             : mean_and_sd(s->mean.value, s->sd.value, decimals);
}

}  // namespace

std::vector<MainColumn> main_columns(const ReportContents& contents) {
  using Kind = MainColumn::Kind;
  const ReportOptions& options = contents.options;
  std::vector<MainColumn> columns;
  const auto add_paper = [&](std::string_view name, const std::string& header) {
    if (std::any_of(options.paper_values.begin(), options.paper_values.end(),
                    [&](const PaperValue& paper) { return paper.metric == name; }))
      columns.push_back({std::string(name), header, Kind::paper});
  };
  for (const std::string& name : options.metrics) {
    const std::string header = find_metric(name).header();
    columns.push_back({name, header, Kind::ours});
    if (std::any_of(
            contents.statistics.begin(), contents.statistics.end(),
            [&](const ScoreStatistics& s) { return s.metric.name == name && s.penalised > 0; }))
      columns.push_back({name, header, Kind::penalised});
    add_paper(name, header);
  }
  columns.push_back(
      {std::string(kVolumeCorrelation), std::string(kVolumeCorrelationTitle), Kind::ours});
  add_paper(kVolumeCorrelation, std::string(kVolumeCorrelationTitle));
  return columns;
}

std::vector<std::vector<std::string>> main_rows(const ReportContents& contents,
                                                const std::vector<MainColumn>& columns) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& region : contents.regions) {
    std::vector<std::string> counts;
    std::int64_t missed = 0;
    for (const std::string& name : contents.options.metrics) {
      const ScoreStatistics* s = find(contents.statistics, region, name);
      counts.push_back(std::to_string(s == nullptr ? 0 : s->n));
      if (s != nullptr) missed = std::max(missed, s->missed);
    }
    const bool same = std::all_of(counts.begin(), counts.end(),
                                  [&](const std::string& n) { return n == counts.front(); });
    auto& row = rows.emplace_back();
    row = {region, same ? counts.front() : join(counts, " / "), std::to_string(missed)};
    for (const MainColumn& column : columns) row.push_back(cell(contents, column, region));
  }
  return rows;
}

Table main_table(const ReportContents& contents) {
  const std::vector<MainColumn> columns = main_columns(contents);
  Table table;
  table.columns = {"region", "n", "missed"};
  for (const MainColumn& column : columns) {
    if (column.kind == MainColumn::Kind::paper)
      table.columns.push_back(column.header + ", paper");
    else
      table.columns.push_back(
          column.header + ", " + data_name(contents.input) +
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
  notes.push_back(volume_correlation_note());
  notes.insert(notes.end(), options.notes.begin(), options.notes.end());
  return notes;
}

}  // namespace myoseg
