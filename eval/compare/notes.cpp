// What stands under the tables of a comparison.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/names.h"
#include "eval/compare/tables.h"
#include "eval/draw/readable.h"

namespace myoseg {
namespace {

std::string titles(const std::vector<std::string>& regions) {
  std::vector<std::string> all;
  for (const std::string& region : regions) all.push_back(region_title(region));
  return join(all);
}

std::string how_compared(const ComparisonInput& input, const ComparisonOptions& options,
                         const RunComparison& comparison) {
  const auto tests = std::count_if(comparison.pairs.begin(), comparison.pairs.end(),
                                   [](const auto& pair) { return pair.p_wilcoxon.defined(); });
  const std::size_t pairs = input.runs.size() * (input.runs.size() - 1) / 2;
  const bool grouped = comparison.patients < static_cast<std::int64_t>(comparison.cases.size());
  return fmt::format(
      "Differences are those of the first run minus the second, mean over the n cases in which "
      "both have a value{}; {}. Intervals: BCa bootstrap, {} drawn again {} times (seed {}). p: "
      "two-sided paired t test and Wilcoxon signed-rank test{}; in brackets corrected ({}) over {} "
      "tests ({} {} of runs, {} {}), for each of the two tests by itself. Cohen's d: the mean "
      "difference over the root of the mean variance of both runs.",
      comparison.metric.better == Better::near_zero ? ", of absolute values" : "",
      comparison.metric.better == Better::higher ? "above zero the first is better"
                                                 : "below zero the first is better",
      grouped ? "patients with all their cases" : "cases", options.resamples, options.seed,
      grouped ? ", each patient with the mean of its cases" : "",
      adjustment_title(options.correction), tests, pairs, pairs == 1 ? "pair" : "pairs",
      comparison.regions.size(), comparison.regions.size() == 1 ? "region" : "regions");
}

std::string how_missed(const ComparisonInput& input, const RunComparison& comparison) {
  std::vector<std::string> missed;
  std::int64_t all = 0, penalised = 0;
  for (std::size_t r = 0; r < input.runs.size(); ++r) {
    std::int64_t of_run = 0;
    for (const RegionScores& scores : comparison.scores[r]) {
      of_run += scores.missed;
      penalised += scores.penalised;
    }
    all += of_run;
    missed.push_back(fmt::format("{} {}", input.runs[r].label, of_run));
  }
  const Metric& metric = comparison.metric;
  std::string text = "Missed structures (the truth has the region, the prediction nothing of it) ";
  if (metric.penalty(1))
    text += fmt::format(
        "have no {}, and false ones neither: the diagonal of the volume stands for it ({} {}). In "
        "neither truth nor prediction: left out.",
        metric.title, penalised, penalised == 1 ? "score" : "scores");
  else
    text += fmt::format("count with the value that the metric gives them. {}, empty masks: {}.",
                        metric.title, metric.empty_text());
  return text + (all == 0 ? " No structure was missed." : " Missed: " + join(missed) + ".");
}

// Cases in which only one of two runs has a value, such as a structure that is not there and that
// only one of them found.
std::string one_sided(const ComparisonInput& input, const RunComparison& comparison) {
  std::vector<std::string> parts;
  for (const PairedDifference& pair : comparison.pairs)
    if (pair.one_sided > 0)
      parts.push_back(fmt::format("{} in {}, {}", pair.one_sided,
                                  region_title(comparison.regions[pair.region]),
                                  pair_name(input, pair)));
  if (parts.empty()) return "";
  return "Left out of a pair's n are cases in which only one of the two has a value: " +
         join(parts, "; ") + ".";
}

// One sentence for each reason, with all the places where it left something NA.
void add_reasons(std::vector<std::string>& notes, const ComparisonInput& input,
                 const RunComparison& comparison) {
  std::map<std::string, std::vector<std::string>> places;
  for (const PairedDifference& pair : comparison.pairs) {
    const std::string place = fmt::format("{}, {}", region_title(comparison.regions[pair.region]),
                                          pair_name(input, pair));
    for (const std::string& reason : {pair.difference.reason, pair.ci.reason, pair.p_t.reason,
                                      pair.p_wilcoxon.reason, pair.cohen_d.reason}) {
      auto& with_reason = places[reason];
      if (!reason.empty() && (with_reason.empty() || with_reason.back() != place))
        with_reason.push_back(place);
    }
  }
  for (const auto& [reason, where] : places)
    if (!where.empty()) notes.push_back(fmt::format("NA, {}: {}.", reason, join(where, "; ")));
  for (std::size_t r = 0; r < input.runs.size(); ++r) {
    const RunRank& rank = comparison.ranks[r];
    const std::string& reason = rank.mean.defined() ? rank.ci.reason : rank.mean.reason;
    if (!reason.empty())
      notes.push_back(fmt::format("NA, {}: ranking, {}.", reason, input.runs[r].label));
  }
}

}  // namespace

std::vector<std::string> comparison_notes(const ComparisonInput& input,
                                          const ComparisonOptions& options,
                                          const RunComparison& comparison) {
  std::vector<std::string> notes{how_compared(input, options, comparison),
                                 how_missed(input, comparison)};
  if (const std::string text = one_sided(input, comparison); !text.empty()) notes.push_back(text);
  if (!comparison.left_out.empty())
    notes.push_back(fmt::format("Cases that are left out because not all runs have them: {}.",
                                join(comparison.left_out)));
  notes.push_back(fmt::format(
      "Rank: by the mean over {} of the means over cases in which every run has a value; runs with "
      "the same mean share it. Ranks in resamples: how often a run holds each rank when {} are "
      "drawn again, the same for all runs; runs that tie share their places. Time: of all jobs of "
      "a run together; memory: of the job that needed most.",
      comparison.ranking_regions.empty() ? "no region" : titles(comparison.ranking_regions),
      comparison.patients < static_cast<std::int64_t>(comparison.cases.size()) ? "patients"
                                                                               : "cases"));
  add_reasons(notes, input, comparison);
  return notes;
}

}  // namespace myoseg
