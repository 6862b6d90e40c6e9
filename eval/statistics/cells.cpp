#include "eval/statistics/cells.h"

#include <algorithm>

#include "core/table/table.h"

namespace myoseg::statistics {

std::string cell(const Estimate& estimate) {
  return estimate.defined() ? format_number(estimate.value) : "NA";
}

void add_cells(std::vector<std::string>& row, const Interval& interval) {
  row.push_back(interval.defined() ? format_number(interval.low) : "NA");
  row.push_back(interval.defined() ? format_number(interval.high) : "NA");
}

std::string reasons(const std::vector<std::string>& all) {
  std::string text;
  for (auto it = all.begin(); it != all.end(); ++it)
    if (!it->empty() && std::find(all.begin(), it, *it) == it)
      text += (text.empty() ? "" : "; ") + *it;
  return text;
}

}  // namespace myoseg::statistics
