#include "eval/report/main_table.h"

#include <algorithm>
#include <utility>

#include "core/names.h"
#include "eval/draw/readable.h"
#include "eval/report/tables.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

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
    return paper_text(
        find_paper_value(contents.options.paper_values, contents.input.model, region, column.name));
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

// The structures that a mean over structures is made of: those of which the paper printed this
// column, so that its mean stands beside the like; all where it printed none.
std::vector<std::string> mean_structures(const ReportContents& contents, const std::string& name) {
  std::vector<std::string> all, printed;
  for (const std::string& region : contents.regions) {
    if (contents.input.labels.is_union(region)) continue;
    all.push_back(region);
    if (find_paper_value(contents.options.paper_values, contents.input.model, region, name))
      printed.push_back(region);
  }
  return printed.empty() ? all : printed;
}

// Mean ± SD over the structures of what the column has of each.
std::string mean_cell(const ReportContents& contents, const MainColumn& column) {
  if (column.kind == MainColumn::Kind::paper)
    return cell(contents, column, std::string(kMeanOfStructures));
  std::vector<double> values;
  const auto add = [&](const statistics::Estimate& estimate) {
    if (estimate.defined()) values.push_back(estimate.value);
  };
  for (const std::string& region : mean_structures(contents, column.name))
    if (column.name == kVolumeCorrelation) {
      if (const auto* volumes = find(contents.volumes, region)) add(volumes->pearson.coefficient);
    } else if (const auto* s = find(contents.statistics, region, column.name)) {
      add(column.kind == MainColumn::Kind::penalised ? s->penalised_mean : s->mean);
    }
  const auto [mean, sd] = statistics::mean_sd(values);
  return mean_and_sd(mean, sd,
                     column.name == kVolumeCorrelation ? 3 : find_metric(column.name).decimals());
}

bool has_mean_row(const ReportContents& contents) {
  const auto& values = contents.options.paper_values;
  return std::any_of(values.begin(), values.end(), [&](const PaperValue& value) {
    return value.region == kMeanOfStructures && value.is_of(contents.input.model);
  });
}

}  // namespace

std::vector<MainColumn> main_columns(const ReportContents& contents) {
  using Kind = MainColumn::Kind;
  const ReportOptions& options = contents.options;
  std::vector<MainColumn> columns;
  const auto add_paper = [&](std::string_view name, const std::string& header) {
    if (has_paper_value(options.paper_values, contents.input.model, name))
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
  if (has_mean_row(contents)) {
    auto& row = rows.emplace_back();
    row = {std::string(kMeanOfStructures), "–", "–"};
    for (const MainColumn& column : columns) row.push_back(mean_cell(contents, column));
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
  if (contents.folds > 0)
    notes.back() += contents.stage == Stage::final
                        ? " Scores are those after post-processing."
                        : " Scores are those of the network's own prediction.";
  std::vector<Metric> metrics;
  for (const std::string& name : options.metrics) metrics.push_back(find_metric(name));
  for (std::string& note : metric_notes(metrics)) notes.push_back(std::move(note));
  notes.push_back(volume_correlation_note());
  if (has_mean_row(contents))
    notes.push_back(
        "Mean of structures: mean ± SD over the structures' means, of each column over those of "
        "which the paper printed it, else over all.");
  notes.insert(notes.end(), options.notes.begin(), options.notes.end());
  return notes;
}

}  // namespace myoseg
