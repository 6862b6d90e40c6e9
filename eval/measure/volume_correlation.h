// Volume correlation: how the predicted volumes of a region go with the true ones over the cases.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/table/table.h"
#include "eval/measure/scores.h"
#include "eval/statistics/correlation.h"

namespace myoseg {

// What it is called where metrics are named; it is of all cases together, so no row of scores.csv.
inline constexpr std::string_view kVolumeCorrelation = "volume_correlation";
inline constexpr std::string_view kVolumeCorrelationTitle = "VC";

struct VolumeCorrelation {
  std::string region;
  // Pearson's r of predicted and true volume over the cases in which either has the region, with
  // Fisher's 95 % interval.
  statistics::Correlation pearson;
};
// Of one stage, in the order of `regions`.
[[nodiscard]] std::vector<VolumeCorrelation> volume_correlations(
    const std::vector<Score>& scores, Stage stage, const std::vector<std::string>& regions);

// With full precision, one row a region: region, n, r, ci_low, ci_high, p and, in the last column,
// why something is NA.
[[nodiscard]] Table volume_correlation_table(const std::vector<VolumeCorrelation>& correlations);

// What VC means, as a sentence to print under tables.
[[nodiscard]] std::string volume_correlation_note();

}  // namespace myoseg
