#include "eval/report/score_statistics.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

#include "eval/draw/readable.h"
#include "eval/statistics/bootstrap.h"
#include "eval/statistics/cells.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

using statistics::add_cells;
using statistics::cell;
using statistics::Estimate;
using statistics::reasons;
using statistics::Undefined;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kResamples = 1999;

using Place = std::tuple<int, std::string, std::string>;  // fold, case, region
struct Size {
  double truth_ml = kNaN, prediction_ml = kNaN, diagonal_mm = kNaN;

  [[nodiscard]] bool is_missed() const { return truth_ml != 0 && prediction_ml == 0; }
  [[nodiscard]] bool is_one_sided() const { return (truth_ml != 0) != (prediction_ml != 0); }
};

// The scores of one metric in one region.
struct Sample {
  std::vector<double> values;
  std::vector<std::string> patients;  // of each value
  std::vector<const Size*> sizes;     // of the cases without a value
  std::int64_t missed = 0;
};

ScoreStatistics describe(std::string region, const Metric& metric, const Sample& sample,
                         Intervals intervals) {
  ScoreStatistics result;
  result.region = std::move(region);
  result.metric = metric;
  result.n = static_cast<std::int64_t>(sample.values.size());
  result.missed = sample.missed;
  const statistics::Description d = statistics::describe_sample(sample.values);
  result.mean = d.mean;
  result.sd = d.sd;
  result.median = d.median;
  result.q25 = d.q25;
  result.q75 = d.q75;
  if (sample.values.empty())
    result.mean = result.sd = result.median = result.q25 = result.q75 =
        Undefined{"no case has a value"};
  if (intervals == Intervals::with)
    result.ci = statistics::bootstrap_clusters(sample.values, sample.patients,
                                               [](std::span<const double> values) {
                                                 return Estimate(statistics::mean(values));
                                               },
                                               {.resamples = kResamples})
                    .ci;
  std::vector<double> all = sample.values;
  bool lacks_diagonal = false;
  for (const Size* size : sample.sizes) {
    const auto penalty = metric.penalty(size->diagonal_mm);
    if (!penalty || !size->is_one_sided()) continue;
    ++result.penalised;
    lacks_diagonal |= std::isnan(*penalty);
    all.push_back(*penalty);
  }
  result.penalised_mean = Undefined{"no case has a value"};
  if (lacks_diagonal)
    result.penalised_mean = Undefined{"the scores lack the diagonal of the volumes"};
  else if (!all.empty())
    result.penalised_mean = statistics::mean(all);
  return result;
}

}  // namespace

std::vector<ScoreStatistics> score_statistics(const ReportInput& input, Stage stage,
                                              const std::vector<std::string>& regions,
                                              const std::vector<std::string>& first,
                                              Intervals intervals) {
  std::map<Place, Size> sizes;
  std::vector<std::string> names = first;
  for (const Score& s : input.scores) {
    if (s.stage != stage) continue;
    Size& size = sizes[{s.fold, s.case_id, s.region}];
    if (s.metric == kTruthVolume) size.truth_ml = s.value;
    if (s.metric == kPredictionVolume) size.prediction_ml = s.value;
    if (s.metric == kDiagonal) size.diagonal_mm = s.value;
    if (is_metric(s.metric) && std::find(names.begin(), names.end(), s.metric) == names.end())
      names.push_back(s.metric);
  }
  std::map<std::pair<std::string, std::string>, Sample> samples;  // metric, region
  for (const Score& s : input.scores) {
    if (s.stage != stage || !is_metric(s.metric)) continue;
    Sample& sample = samples[{s.metric, s.region}];
    const Size& size = sizes[{s.fold, s.case_id, s.region}];
    sample.missed += size.is_missed() ? 1 : 0;
    if (std::isnan(s.value)) {
      sample.sizes.push_back(&size);
      continue;
    }
    const auto patient = input.patients.find(s.case_id);
    sample.values.push_back(s.value);
    sample.patients.push_back(patient == input.patients.end() ? s.case_id : patient->second);
  }
  std::vector<ScoreStatistics> all;
  for (const std::string& name : names)
    for (const std::string& region : regions)
      if (const auto found = samples.find({name, region}); found != samples.end())
        all.push_back(describe(region, find_metric(name), found->second, intervals));
  return all;
}

Table statistics_table(const std::vector<ScoreStatistics>& statistics) {
  Table table;
  table.columns = {"metric",    "region",         "unit",    "n",      "missed", "mean",
                   "sd",        "ci_low",         "ci_high", "median", "q25",    "q75",
                   "penalised", "penalised_mean", "remark"};
  for (const ScoreStatistics& s : statistics) {
    std::vector<std::string> row{
        s.metric.name, s.region,  s.metric.unit, std::to_string(s.n), std::to_string(s.missed),
        cell(s.mean),  cell(s.sd)};
    add_cells(row, s.ci);
    for (const Estimate* e : {&s.median, &s.q25, &s.q75}) row.push_back(cell(*e));
    row.push_back(std::to_string(s.penalised));
    row.push_back(cell(s.penalised_mean));
    row.push_back(reasons({s.mean.reason, s.sd.reason, s.ci.reason, s.penalised_mean.reason}));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table readable_statistics_table(const std::vector<ScoreStatistics>& statistics) {
  Table table;
  table.columns = {"Metric",       "Region",        "n", "Missed", "Mean ± SD", "95 % CI",
                   "Median [IQR]", "Penalised mean"};
  for (const ScoreStatistics& s : statistics) {
    const int digits = s.metric.decimals();
    const auto text = [&](double value) { return fixed_text(value, digits); };
    table.rows.push_back(
        {s.metric.header(), region_title(s.region), std::to_string(s.n), std::to_string(s.missed),
         mean_and_sd(s.mean.value, s.sd.value, digits),
         s.ci.defined() ? fmt::format("{} to {}", text(s.ci.low), text(s.ci.high)) : "–",
         s.median.defined() ? fmt::format("{} [{}, {}]", text(s.median.value), text(s.q25.value),
                                          text(s.q75.value))
                            : "–",
         text(s.penalised_mean.value)});
  }
  return table;
}

std::vector<std::string> metric_notes(const std::vector<Metric>& metrics) {
  std::vector<std::pair<std::string, std::string>> rules;  // titles, rule
  std::string formulas = "T truth, P prediction.";
  for (const Metric& metric : metrics) {
    formulas += fmt::format(" {}: {}.", metric.header(), metric.formula);
    const std::string rule = metric.empty_text();
    const auto same =
        std::find_if(rules.begin(), rules.end(), [&](const auto& r) { return r.second == rule; });
    if (same == rules.end())
      rules.emplace_back(metric.title, rule);
    else
      same->first += "; " + metric.title;
  }
  std::vector<std::string> notes{formulas};
  for (const auto& [titles, rule] : rules) notes.push_back(titles + ", empty masks: " + rule + ".");
  return notes;
}

std::vector<std::string> statistics_notes(const std::vector<ScoreStatistics>& statistics) {
  std::vector<Metric> metrics;
  bool has_reason = false;
  for (const ScoreStatistics& s : statistics) {
    if (metrics.empty() || metrics.back().name != s.metric.name) metrics.push_back(s.metric);
    has_reason |= !s.ci.defined() || !s.mean.defined();
  }
  std::vector<std::string> notes{fmt::format(
      "n: cases with a value. Missed: cases that have the region in the truth and nothing of it in "
      "the prediction. SD with n − 1. CI: of the mean, BCa bootstrap, patients with all their "
      "cases drawn again {} times. IQR: first and third quartile. Penalised mean: with the "
      "diagonal "
      "of the volume in the place of a distance that has no value because one of the masks is "
      "empty; other metrics have a value there.{}",
      kResamples, has_reason ? " A dash: not defined; the table's CSV says why." : "")};
  for (std::string& note : metric_notes(metrics)) notes.push_back(std::move(note));
  return notes;
}

}  // namespace myoseg
