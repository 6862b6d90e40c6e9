// Statistics as cells of an exact table: full precision, or "NA" with the reason in a column of its
// own.
#pragma once

#include <string>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

[[nodiscard]] std::string cell(const Estimate& estimate);
// Two cells: the ends.
void add_cells(std::vector<std::string>& row, const Interval& interval);
// Each reason once, in their order; without the empty ones.
[[nodiscard]] std::string reasons(const std::vector<std::string>& all);

}  // namespace myoseg::statistics
