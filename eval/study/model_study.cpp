#include "eval/study/contents.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "eval/agreement/quantity_table.h"
#include "eval/compare/comparison.h"
#include "eval/draw/readable.h"
#include "eval/measure/summaries.h"
#include "eval/measure/volume_correlation.h"
#include "eval/statistics/cells.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/groups.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Estimate;
using statistics::reasons;

// The first metric's values in one region, of the stage that counts.
std::vector<double> values_of(const ModelStudy& study, const StudySplit& split,
                              const std::string& region) {
  const Stage stage = counting_stage(split.scores);
  std::vector<double> values;
  for (const Score& score : split.scores)
    if (score.stage == stage && score.region == region && score.metric == study.metrics.front() &&
        !std::isnan(score.value))
      values.push_back(score.value);
  return values;
}

AgreementReport ratings_in(const ModelStudy& study, const StudyModel& model,
                           const StudySplit& split) {
  AgreementReport report;
  report.readers = {model.label, study.label};
  report.tag = model.label + "_" + split.name;
  const std::vector<Ratings> measured =
      ratings_of(split.quantities, {study.prediction, study.label}, study.quantities);
  for (const std::string& quantity : study.quantities)
    for (const std::string& region : study.regions)
      for (const Ratings& ratings : measured)
        if (ratings.quantity == quantity && ratings.region == region)
          report.agreements.push_back(agree(ratings));
  return report;
}

ComparisonInput runs_of(const ModelStudy& study, std::size_t split) {
  ComparisonInput input;
  input.patients = study.patients;
  input.regions = study.regions;
  input.unions = study.unions;
  for (const StudyModel& model : study.models) {
    ComparedRun run;
    run.label = model.label;
    run.name = model.label;
    run.scores = model.splits[split].scores;
    input.runs.push_back(std::move(run));
  }
  return input;
}

ComparisonOptions options_of(const ModelStudy& study) {
  ComparisonOptions options;
  options.metric = study.metrics.front();
  options.stage = counting_stage(study.models.front().splits.front().scores);
  return options;
}

// Whether the table of scores has a column of what a paper printed.
bool has_paper_value(const ModelStudy& study, std::string_view metric) {
  return std::any_of(study.models.begin(), study.models.end(), [&](const StudyModel& model) {
    return has_paper_value(study.paper_values, model.network, metric);
  });
}

// Of the first split, which is the one that a paper's own numbers are of.
void add_paper_value(std::vector<std::string>& row, const ModelStudy& study,
                     const StudyModel& model, const StudySplit& split, const std::string& region,
                     std::string_view metric) {
  if (!has_paper_value(study, metric)) return;
  const PaperValue* found =
      &split == &model.splits.front()
          ? find_paper_value(study.paper_values, model.network, region, metric)
          : nullptr;
  row.push_back(found == nullptr ? "NA" : format_number(found->mean));
  row.push_back(found == nullptr || found->sd == 0 ? "NA" : format_number(found->sd));
}

std::vector<std::string> score_columns(const ModelStudy& study) {
  std::vector<std::string> columns{"model", "split", "region", "n", "missed"};
  const auto add_paper = [&](const std::string& stem, std::string_view metric) {
    if (has_paper_value(study, metric))
      columns.insert(columns.end(), {stem + "_paper", stem + "_paper_sd"});
  };
  for (const std::string& metric : study.metrics) {
    columns.insert(columns.end(), {metric + "_mean", metric + "_sd"});
    add_paper(metric, metric);
  }
  columns.insert(columns.end(), {"volume_r", "volume_r_low", "volume_r_high"});
  add_paper("volume_r", kVolumeCorrelation);
  return columns;
}

Table scores_table(const ModelStudy& study) {
  Table table;
  table.columns = score_columns(study);
  for (const StudyModel& model : study.models)
    for (const StudySplit& split : model.splits) {
      const std::vector<Summary> summaries = summarise(split.scores);
      const Stage stage = counting_stage(split.scores);
      for (const auto& [region, volumes] :
           volume_correlations(split.scores, stage, study.regions)) {
        std::vector<std::string> row{model.label, split.name, region};
        for (const std::string& metric : study.metrics) {
          const Summary* found = find_summary(summaries, region, stage, metric);
          if (row.size() == 3) {
            row.push_back(std::to_string(found == nullptr ? 0 : found->n));
            row.push_back(std::to_string(found == nullptr ? 0 : found->missed));
          }
          row.push_back(found == nullptr ? "NA" : format_number(found->mean));
          row.push_back(found == nullptr ? "NA" : format_number(found->sd));
          add_paper_value(row, study, model, split, region, metric);
        }
        row.push_back(cell(volumes.coefficient));
        add_cells(row, volumes.ci);
        add_paper_value(row, study, model, split, region, kVolumeCorrelation);
        table.rows.push_back(std::move(row));
      }
    }
  return table;
}

Table agreement_table(const StudyContents& contents) {
  Table table;
  table.columns = {"model",        "split",       "quantity",    "region", "n",    "icc",
                   "ci_low",       "ci_high",     "f",           "p",      "bias", "bias_ci_low",
                   "bias_ci_high", "lower_limit", "upper_limit", "note"};
  for (std::size_t m = 0; m < contents.ratings.size(); ++m)
    for (std::size_t s = 0; s < contents.ratings[m].size(); ++s)
      for (const Agreement& agreement : contents.ratings[m][s].agreements) {
        const StudyModel& model = contents.study.models[m];
        const statistics::IccEstimate& icc = agreement.icc[statistics::IccForm::icc2];
        const statistics::BlandAltman& limits = agreement.pairs.front().limits;
        std::vector<std::string> row{model.label,
                                     model.splits[s].name,
                                     agreement.ratings.quantity,
                                     agreement.ratings.region,
                                     std::to_string(agreement.ratings.cases.size()),
                                     cell(icc.value)};
        add_cells(row, icc.ci);
        row.push_back(cell(icc.f));
        row.push_back(cell(icc.p));
        row.push_back(cell(limits.bias));
        add_cells(row, limits.ci_bias);
        row.push_back(cell(limits.lower));
        row.push_back(cell(limits.upper));
        row.push_back(reasons({icc.value.reason, icc.ci.reason, limits.lower.reason}));
        table.rows.push_back(std::move(row));
      }
  return table;
}

Table drop_table(const ModelStudy& study) {
  Table table;
  table.columns = {"model",   "from",           "to",      "region",     "n_from",
                   "n_to",    "mean_from",      "mean_to", "difference", "ci_low",
                   "ci_high", "p_mann_whitney", "note"};
  for (const StudyModel& model : study.models)
    for (std::size_t s = 1; s < model.splits.size(); ++s)
      for (const std::string& region : study.regions) {
        const std::vector<double> from = values_of(study, model.splits.front(), region),
                                  to = values_of(study, model.splits[s], region);
        const statistics::TTest welch = statistics::independent_t(to, from);
        const Estimate p = statistics::mann_whitney(to, from).p;
        std::vector<std::string> row{model.label,
                                     model.splits.front().name,
                                     model.splits[s].name,
                                     region,
                                     std::to_string(from.size()),
                                     std::to_string(to.size()),
                                     cell(statistics::describe_sample(from).mean),
                                     cell(statistics::describe_sample(to).mean),
                                     cell(welch.difference)};
        add_cells(row, welch.ci);
        row.push_back(cell(p));
        row.push_back(reasons({welch.difference.reason, welch.ci.reason, p.reason}));
        table.rows.push_back(std::move(row));
      }
  return table;
}

Table tests_table(const StudyContents& contents) {
  const std::vector<StudyModel>& models = contents.study.models;
  Table table;
  table.columns = {"split",      "region",          "first",   "second", "n",
                   "difference", "ci_low",          "ci_high", "p_t",    "p_t_holm",
                   "p_wilcoxon", "p_wilcoxon_holm", "cohen_d", "note"};
  for (std::size_t s = 0; s < contents.compared.size(); ++s) {
    const RunComparison& comparison = contents.compared[s].comparison;
    for (const PairedDifference& pair : comparison.pairs) {
      std::vector<std::string> row{models.front().splits[s].name, comparison.regions[pair.region],
                                   models[pair.first].label,      models[pair.second].label,
                                   std::to_string(pair.n),        cell(pair.difference)};
      add_cells(row, pair.ci);
      for (const Estimate* estimate : {&pair.p_t, &pair.p_t_corrected, &pair.p_wilcoxon,
                                       &pair.p_wilcoxon_corrected, &pair.cohen_d})
        row.push_back(cell(*estimate));
      row.push_back(reasons(
          {pair.difference.reason, pair.p_t.reason, pair.p_wilcoxon.reason, pair.cohen_d.reason}));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace

StudyContents study_contents(ModelStudy study) {
  StudyContents contents;
  contents.options = options_of(study);
  const std::size_t splits = study.models.front().splits.size();
  for (std::size_t s = 0; study.models.size() > 1 && s < splits; ++s) {
    ComparedSplit& split = contents.compared.emplace_back();
    split.input = runs_of(study, s);
    split.comparison = compare_runs(split.input, contents.options);
  }
  for (const StudyModel& model : study.models) {
    auto& of_model = contents.ratings.emplace_back();
    for (const StudySplit& split : model.splits)
      of_model.push_back(ratings_in(study, model, split));
  }
  contents.scores = scores_table(study);
  contents.drop = drop_table(study);
  contents.study = std::move(study);
  contents.agreement = agreement_table(contents);
  contents.tests = tests_table(contents);
  return contents;
}

}  // namespace myoseg
