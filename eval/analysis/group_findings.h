// What the correlations with a condition say, for tables and a heat map.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/analysis/condition.h"
#include "eval/draw/gnuplot.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/multiplicity.h"

namespace myoseg {

// One row of the tables: a column, or a sum of columns, in one stratum.
struct Finding {
  std::string of, stratum;
  std::size_t with = 0, without = 0;  // cases that have the condition and a value, or not
  statistics::Estimate mean_with, mean_without;
  statistics::Correlation r;        // with 1 for the condition and 0
  statistics::Estimate p_adjusted;  // over all findings
};
struct GroupFindings {
  Condition condition;
  std::vector<Finding> findings;  // by column, then stratum
  std::string strata, height;     // columns; empty: none
  statistics::Adjustment correction = statistics::Adjustment::holm;
};

// Full precision; the last column says why something is NA.
[[nodiscard]] Table exact_table(const GroupFindings& found);
[[nodiscard]] Table readable_table(const GroupFindings& found);
// The coding, what the numbers are, who is left out, and why something is NA.
[[nodiscard]] std::vector<std::string> notes_of(const GroupFindings& found);
// Rows: columns and sums; columns: strata with n.
[[nodiscard]] Figure figure_of(const GroupFindings& found);

}  // namespace myoseg
