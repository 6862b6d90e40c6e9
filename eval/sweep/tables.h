// The rows of a sweep in the order of its report, and their cells as they are read.
#pragma once

#include <string>
#include <vector>

#include "eval/sweep/report.h"

namespace myoseg {

// The first score of a run that is done; NaN for any other and for a score that is not finite.
[[nodiscard]] double headline(const SweepRow& row);
// What the first score is called; "score" when the sweep has none.
[[nodiscard]] std::string headline_name(const SweepReportInput& input);

struct RankedRow {
  const SweepRow* row = nullptr;
  int rank = 0;  // from 1; 0 without a headline score
};
// In the order of sweep_table().
[[nodiscard]] std::vector<RankedRow> ranked_rows(const SweepReportInput& input);

// The cells of sweep_table() rounded and with units, under heads for readers.
[[nodiscard]] Table readable_sweep_table(const SweepReportInput& input);

}  // namespace myoseg
