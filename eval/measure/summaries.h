// Mean and SD of every region, stage and metric over a run's cases: summary.csv.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/table/table.h"
#include "eval/measure/scores.h"

namespace myoseg {

// Mean and SD (n-1) of one region, stage and metric over the cases of all folds.
struct Summary {
  std::string region;
  Stage stage = Stage::final;
  std::string metric;
  int n = 0;       // cases with a value
  int missed = 0;  // cases where the truth has the region and the prediction has nothing of it
  double mean = 0, sd = 0;  // NaN when n is 0 (mean) or below 2 (SD)
};
// In the order in which region, stage and metric first appear.
[[nodiscard]] std::vector<Summary> summarise(const std::vector<Score>& scores);
// Null when no case was scored so.
[[nodiscard]] const Summary* find_summary(const std::vector<Summary>& summaries,
                                          std::string_view region, Stage stage,
                                          std::string_view metric);
// The stage that counts: final when the scores have it, else raw.
[[nodiscard]] Stage counting_stage(const std::vector<Score>& scores);

// What stands for a region that was not scored where one is needed to rank.
inline constexpr std::string_view kMeanOfRegions = "mean of the regions";

// Every summary with full precision: region, stage, metric, n, missed, mean, sd.
[[nodiscard]] Table summary_table(const std::vector<Summary>& summaries);
[[nodiscard]] std::vector<Summary> read_summaries(const std::filesystem::path& file);

}  // namespace myoseg
