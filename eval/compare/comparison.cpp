#include "eval/compare/comparison.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <span>

#include "core/error.h"
#include "eval/compare/scores.h"
#include "eval/statistics/bootstrap.h"
#include "eval/statistics/paired.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

using statistics::Estimate;
using statistics::Undefined;

void check(const ComparisonInput& input) {
  if (input.runs.size() < 2)
    throw usage_error("a comparison needs two runs or more, found {}", input.runs.size());
  std::set<std::string> labels;
  for (const ComparedRun& run : input.runs)
    if (!labels.insert(run.label).second)
      throw usage_error("two of the compared runs are called '{}'; give them names that differ",
                        run.label);
}

RegionScores describe_scores(const SharedScores& shared, std::size_t run, std::size_t region) {
  RegionScores result;
  result.missed = shared.missed[run][region];
  result.penalised = shared.penalised[run][region];
  std::vector<double> values;
  for (const double value : shared.values[run][region])
    if (!std::isnan(value)) values.push_back(value);
  result.n = static_cast<std::int64_t>(values.size());
  result.mean = Undefined{"no case has a value"};
  result.sd = Undefined{"fewer than two cases have a value"};
  if (!values.empty()) result.mean = statistics::mean(values);
  if (values.size() > 1) result.sd = statistics::sample_sd(values);
  return result;
}

std::vector<VolumeCorrelation> volumes_of(const ComparedRun& run, const SharedScores& shared) {
  const std::set<std::string> compared(shared.cases.begin(), shared.cases.end());
  std::vector<Score> scores;
  for (const Score& score : run.scores)
    if (compared.contains(score.case_id)) scores.push_back(score);
  return volume_correlations(scores, shared.stage, shared.regions);
}

// The mean of each patient's values, by first appearance.
std::vector<double> patient_means(std::span<const double> values,
                                  std::span<const std::string> patients) {
  std::vector<double> means;
  for (const auto& some : statistics::by_patient(values, patients))
    means.push_back(statistics::mean(some));
  return means;
}

PairedDifference compare_pair(const SharedScores& shared, std::size_t region, std::size_t first,
                              std::size_t second, const ComparisonOptions& options) {
  PairedDifference result;
  result.region = region;
  result.first = first;
  result.second = second;
  std::vector<double> x, y;
  std::vector<std::string> patients;
  for (std::size_t c = 0; c < shared.cases.size(); ++c) {
    const double a = shared.values[first][region][c], b = shared.values[second][region][c];
    if (std::isnan(a) != std::isnan(b)) ++result.one_sided;
    if (std::isnan(a) || std::isnan(b)) continue;
    x.push_back(a);
    y.push_back(b);
    patients.push_back(shared.patients[c]);
  }
  const std::vector<double> differences = statistics::differences(x, y).values;
  const auto boot = statistics::bootstrap_clusters(
      differences, patients,
      [](std::span<const double> values) { return Estimate(statistics::mean(values)); },
      {options.resamples, 0.95, static_cast<std::uint64_t>(options.seed)});
  result.difference =
      x.empty() ? Estimate(Undefined{"no case has a value in both runs"}) : boot.value;
  result.ci = boot.ci;
  const std::vector<double> u = patient_means(x, patients), v = patient_means(y, patients);
  result.n = static_cast<std::int64_t>(x.size());
  result.patients = static_cast<std::int64_t>(u.size());
  result.p_t = statistics::paired_t(u, v).p;
  result.p_wilcoxon = statistics::wilcoxon(u, v).p;
  result.cohen_d = statistics::cohen_d_average(u, v);
  return result;
}

std::vector<std::size_t> best_first(const std::vector<RunRank>& ranks) {
  std::vector<std::size_t> order(ranks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return ranks[a].rank < ranks[b].rank; });
  return order;
}

void correct(std::vector<PairedDifference>& pairs, statistics::Adjustment correction,
             Estimate PairedDifference::*p, Estimate PairedDifference::*corrected) {
  std::vector<Estimate> all;
  for (const PairedDifference& pair : pairs) all.push_back(pair.*p);
  const auto adjusted = statistics::adjust_p(all, correction);
  for (std::size_t i = 0; i < pairs.size(); ++i) pairs[i].*corrected = adjusted[i];
}

}  // namespace

void describe(Fields& f, ComparisonOptions& o) {
  f("metric", o.metric, "Metric that is compared, as in scores.csv.");
  f("regions", o.regions, "Regions in order; empty: all, unions first.");
  f("stage", o.stage, one_of({Stage::final, Stage::raw}),
    "Which scores: after post-processing or as predicted.");
  f("correction", o.correction, "Correction of the p-values over all pairs and regions.");
  f("cases", o.cases,
    "same: all runs must have the same cases; common: those are compared that all have.");
  f("resamples", o.resamples, at_least(2), "Of the bootstrap.");
  f("seed", o.seed, kNonNegative, "Of the bootstrap.");
}

RunComparison compare_runs(const ComparisonInput& input, const ComparisonOptions& options) {
  check(input);
  const SharedScores shared = share_scores(input, options);
  RunComparison result;
  result.metric = shared.metric;
  result.stage = shared.stage;
  result.regions = shared.regions;
  result.cases = shared.cases;
  result.left_out = shared.left_out;
  result.patients = static_cast<std::int64_t>(
      std::set<std::string>(shared.patients.begin(), shared.patients.end()).size());
  const std::size_t runs = input.runs.size();
  for (std::size_t r = 0; r < runs; ++r) {
    result.scores.emplace_back();
    for (std::size_t k = 0; k < shared.regions.size(); ++k)
      result.scores[r].push_back(describe_scores(shared, r, k));
    result.volumes.push_back(volumes_of(input.runs[r], shared));
  }
  for (std::size_t k = 0; k < shared.regions.size(); ++k)
    for (std::size_t a = 0; a < runs; ++a)
      for (std::size_t b = a + 1; b < runs; ++b)
        result.pairs.push_back(compare_pair(shared, k, a, b, options));
  correct(result.pairs, options.correction, &PairedDifference::p_t,
          &PairedDifference::p_t_corrected);
  correct(result.pairs, options.correction, &PairedDifference::p_wilcoxon,
          &PairedDifference::p_wilcoxon_corrected);
  result.ranks = rank_runs(shared, input.unions, options, result.ranking_regions);
  result.best_first = best_first(result.ranks);
  return result;
}

}  // namespace myoseg
