#include "eval/study/members.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "eval/compare/comparison.h"
#include "eval/draw/page.h"
#include "eval/draw/readable.h"
#include "eval/draw/table_text.h"
#include "eval/measure/summaries.h"
#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Estimate;
using statistics::Interval;

constexpr const char* kEnsemble = "ensemble";
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// What stands in one row, of a member or of the ensemble.
struct Row {
  const ScoredMember* member = nullptr;  // null: the ensemble
  std::string region;
  std::vector<Summary> summaries;          // of each metric
  std::vector<const PaperValue*> printed;  // of each metric; null: nothing
  Estimate difference, p;                  // of a member, to the ensemble
  Interval ci;
};

// Rows may be asked for of structures that another data set has.
std::vector<std::string> scored_regions(const EnsembleStudy& study) {
  std::vector<std::string> regions;
  std::copy_if(study.regions.begin(), study.regions.end(), std::back_inserter(regions),
               [&](const std::string& region) {
                 return std::any_of(study.scores.begin(), study.scores.end(),
                                    [&](const Score& score) { return score.region == region; });
               });
  return regions;
}

RunComparison compared(const EnsembleStudy& study) {
  ComparisonInput input;
  input.patients = study.patients;
  input.unions = study.unions;
  for (const ScoredMember& member : study.members) {
    ComparedRun run;
    run.label = run.name = member.label;
    run.scores = member.scores;
    input.runs.push_back(std::move(run));
  }
  ComparedRun ensemble;
  ensemble.label = ensemble.name = kEnsemble;
  ensemble.scores = study.scores;
  input.runs.push_back(std::move(ensemble));
  ComparisonOptions options;
  options.metric = study.metrics.front();
  options.regions = scored_regions(study);
  options.stage = counting_stage(study.scores);
  return compare_runs(input, options);
}

const PaperValue* printed_of(const EnsembleStudy& study, const ScoredMember* member,
                             const std::string& region, const std::string& metric) {
  const PaperValue* found = find_paper_value(
      study.paper_values, member == nullptr ? study.model : member->label, region, metric);
  // What was printed of no network by name is the ensemble's.
  return member != nullptr && found != nullptr && found->model.empty() ? nullptr : found;
}

Row row_of(const EnsembleStudy& study, const ScoredMember* member, const std::string& region,
           const std::vector<Summary>& summaries) {
  Row row{member, region, {}, {}, {}, {}, {}};
  const Stage stage = counting_stage(study.scores);
  for (const std::string& metric : study.metrics) {
    const Summary* found = find_summary(summaries, region, stage, metric);
    row.summaries.push_back(found == nullptr ? Summary{region, stage, metric, 0, 0, kNaN, kNaN}
                                             : *found);
    row.printed.push_back(printed_of(study, member, region, metric));
  }
  return row;
}

// Of a member, in the order of the comparison's regions.
void add_difference(Row& row, const RunComparison& comparison, std::size_t member,
                    std::size_t ensemble) {
  for (const PairedDifference& pair : comparison.pairs)
    if (comparison.regions[pair.region] == row.region && pair.first == member &&
        pair.second == ensemble) {
      row.difference = pair.difference;
      row.ci = pair.ci;
      row.p = pair.p_wilcoxon;
    }
}

void correct(std::vector<Row>& rows) {
  std::vector<Estimate> all;
  for (const Row& row : rows)
    if (row.member != nullptr) all.push_back(row.p);
  const std::vector<Estimate> adjusted = statistics::adjust_p(all, statistics::Adjustment::holm);
  std::size_t next = 0;
  for (Row& row : rows)
    if (row.member != nullptr) row.p = adjusted[next++];
}

std::vector<Row> rows_of(const EnsembleStudy& study) {
  const RunComparison comparison = compared(study);
  std::vector<std::vector<Summary>> summaries;
  for (const ScoredMember& member : study.members) summaries.push_back(summarise(member.scores));
  summaries.push_back(summarise(study.scores));
  std::vector<Row> rows;
  for (const std::string& region : study.regions) {
    for (std::size_t m = 0; m < study.members.size(); ++m) {
      rows.push_back(row_of(study, &study.members[m], region, summaries[m]));
      add_difference(rows.back(), comparison, m, study.members.size());
    }
    rows.push_back(row_of(study, nullptr, region, summaries.back()));
  }
  correct(rows);
  return rows;
}

bool has_printed(const std::vector<Row>& rows, std::size_t metric) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Row& row) { return row.printed[metric] != nullptr; });
}

Table exact_table(const EnsembleStudy& study, const std::vector<Row>& rows) {
  Table table;
  table.columns = {"region", "model", "weight", "n", "missed"};
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const std::string& metric = study.metrics[m];
    table.columns.insert(table.columns.end(), {metric + "_mean", metric + "_sd"});
    if (has_printed(rows, m)) table.columns.push_back(metric + "_paper");
  }
  for (const char* name : {"_difference", "_difference_low", "_difference_high", "_p_holm"})
    table.columns.push_back(study.metrics.front() + name);
  for (const Row& row : rows) {
    std::vector<std::string> cells{
        row.region, row.member == nullptr ? kEnsemble : row.member->label,
        format_number(row.member == nullptr ? 1 : row.member->weight),
        std::to_string(row.summaries.front().n), std::to_string(row.summaries.front().missed)};
    for (std::size_t m = 0; m < study.metrics.size(); ++m) {
      cells.push_back(format_number(row.summaries[m].mean));
      cells.push_back(format_number(row.summaries[m].sd));
      if (has_printed(rows, m))
        cells.push_back(row.printed[m] == nullptr ? "NA" : format_number(row.printed[m]->mean));
    }
    cells.push_back(cell(row.difference));
    add_cells(cells, row.ci);
    cells.push_back(cell(row.p));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Table readable_table(const EnsembleStudy& study, const std::vector<Row>& rows) {
  const Metric first = find_metric(study.metrics.front());
  Table table;
  table.columns = {"Region", "Model", "Weight", "n", "Missed"};
  for (std::size_t m = 0; m < study.metrics.size(); ++m) {
    const std::string header = find_metric(study.metrics[m]).header();
    table.columns.push_back(header);
    if (has_printed(rows, m)) table.columns.push_back(header + ", paper");
  }
  table.columns.push_back(first.header() + " minus the ensemble's");
  table.columns.emplace_back("p");
  for (const Row& row : rows) {
    std::vector<std::string> cells{
        region_title(row.region), row.member == nullptr ? kEnsemble : row.member->label,
        row.member == nullptr ? "" : fmt::format("{:.3g}", row.member->weight),
        std::to_string(row.summaries.front().n), std::to_string(row.summaries.front().missed)};
    for (std::size_t m = 0; m < study.metrics.size(); ++m) {
      cells.push_back(mean_and_sd(row.summaries[m].mean, row.summaries[m].sd,
                                  find_metric(study.metrics[m]).decimals()));
      if (has_printed(rows, m)) cells.push_back(paper_text(row.printed[m]));
    }
    cells.push_back(
        row.member == nullptr ? "" : value_and_interval(row.difference, row.ci, first.decimals()));
    cells.push_back(row.member == nullptr ? "" : p_value_text(row.p));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace

std::string members_section(const EnsembleStudy& study, const std::filesystem::path& folder) {
  const std::vector<Row> rows = rows_of(study);
  const std::string metric = find_metric(study.metrics.front()).header();
  const std::vector<std::string> notes{
      "Each member alone, and the ensemble, which is the mean of its members' probabilities with "
      "these weights; mean ± SD over the same test cases. n and missed are those of " +
          metric + ".",
      metric +
          " minus the ensemble's: mean of the paired differences with its 95 % confidence interval "
          "(BCa, patients drawn again); a case without a value counts the metric's penalty. p: "
          "Wilcoxon's signed-rank test over patients, corrected by Holm over this column."};
  const Table readable = readable_table(study, rows);
  write_table(folder / "tables/members", exact_table(study, rows), readable, notes);
  return section_markup("Members of the ensemble", table_markup(page_table(readable, 2, notes)));
}

}  // namespace myoseg
