// What tables say of a metric in a region over the cases of a run.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/report/report.h"
#include "eval/statistics/estimate.h"

namespace myoseg {

struct ScoreStatistics {
  std::string region;
  Metric metric;
  std::int64_t n = 0;          // cases with a value
  std::int64_t missed = 0;     // the truth has the region and the prediction nothing of it
  std::int64_t penalised = 0;  // cases without a value that count Metric::penalty()
  statistics::Estimate mean, sd;
  statistics::Interval ci;  // 95 % of the mean: BCa, patients drawn again with all their cases
  statistics::Estimate median, q25, q75;
  statistics::Estimate penalised_mean;  // over n + penalised cases
};
enum class Intervals { with, without };  // they take nearly all of the time
// Of one stage, by metric (`first` of all, then in the order of the scores), then region. Equal
// scores give equal intervals.
[[nodiscard]] std::vector<ScoreStatistics> score_statistics(const ReportInput& input, Stage stage,
                                                            const std::vector<std::string>& regions,
                                                            const std::vector<std::string>& first,
                                                            Intervals intervals);

// With full precision and, in the last column, why something is NA ...
[[nodiscard]] Table statistics_table(const std::vector<ScoreStatistics>& statistics);
// ... and rounded, under heads for readers.
[[nodiscard]] Table readable_statistics_table(const std::vector<ScoreStatistics>& statistics);
// What stands under them: how each number is made, every metric's formula and its rule for empty
// masks.
[[nodiscard]] std::vector<std::string> statistics_notes(
    const std::vector<ScoreStatistics>& statistics);

// Formulas of the metrics and their rules for empty masks, as sentences; metrics that share a rule
// share a sentence.
[[nodiscard]] std::vector<std::string> metric_notes(const std::vector<Metric>& metrics);

}  // namespace myoseg
