// The tables of a comparison of runs and what stands under them.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/compare/comparison.h"

namespace myoseg {

// With full precision, "NA" where there is no value: of every pair and region, the last column
// says why something is NA...
[[nodiscard]] Table pairs_table(const ComparisonInput& input, const RunComparison& comparison);
// ... and of every run: its rank, mean, the share of resamples with each rank, its cost, its mean,
// n and missed structures in each region. Best first.
[[nodiscard]] Table runs_table(const ComparisonInput& input, const RunComparison& comparison);
// The volume correlation of every run in every region, one row each.
[[nodiscard]] Table volumes_table(const ComparisonInput& input, const RunComparison& comparison);
// The same rounded, under heads for readers; of the volumes one row a region, the runs side by
// side.
[[nodiscard]] Table readable_pairs_table(const ComparisonInput& input,
                                         const ComparisonOptions& options,
                                         const RunComparison& comparison);
[[nodiscard]] Table readable_runs_table(const ComparisonInput& input,
                                        const RunComparison& comparison);
[[nodiscard]] Table readable_volumes_table(const ComparisonInput& input,
                                           const RunComparison& comparison);
// Sentences: how differences, intervals, tests, correction and ranks are made, what missed
// structures count, which cases are left out, and why something is NA.
[[nodiscard]] std::vector<std::string> comparison_notes(const ComparisonInput& input,
                                                        const ComparisonOptions& options,
                                                        const RunComparison& comparison);

// "Dice", "HD95 (mm)", "absolute RAVD": what is compared.
[[nodiscard]] std::string compared_quantity(const RunComparison& comparison);
// "a − b".
[[nodiscard]] std::string pair_name(const ComparisonInput& input, const PairedDifference& pair);
// "0.012", "<0.001", "NA".
[[nodiscard]] std::string p_text(const statistics::Estimate& p);
// "+0.012 [−0.003, +0.021]", "NA".
[[nodiscard]] std::string difference_text(const PairedDifference& pair);
// Wilcoxon's test, corrected, at the level of 0.05.
[[nodiscard]] bool is_significant(const PairedDifference& pair);

}  // namespace myoseg
