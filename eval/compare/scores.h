// The scores of one metric and stage that several runs have in common, case by case.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "eval/compare/comparison.h"

namespace myoseg {

struct SharedScores {
  Metric metric;
  Stage stage = Stage::final;
  std::vector<std::string> regions, cases, left_out;  // as in RunComparison
  std::vector<std::string> patients;                  // of each case
  // [run][region][case]: penalised where the metric says so; NaN where it has no value.
  std::vector<std::vector<std::vector<double>>> values;
  std::vector<std::vector<std::int64_t>> missed, penalised;  // [run][region]
};
// Throws as compare_runs() does.
[[nodiscard]] SharedScores share_scores(const ComparisonInput& input,
                                        const ComparisonOptions& options);

// The ranks of all runs; `regions` receives the names of those that rank.
[[nodiscard]] std::vector<RunRank> rank_runs(const SharedScores& shared,
                                             const std::set<std::string>& unions,
                                             const ComparisonOptions& options,
                                             std::vector<std::string>& regions);

}  // namespace myoseg
