// The few numbers at the head of a report.
#pragma once

#include <string>
#include <vector>

#include "eval/report.h"

namespace myoseg {

struct HeadlineNumber {
  std::string name, value;
  std::string spread;  // SD; empty: none
  std::string about;
};
// The headline metric of its region, of the structures' mean and of the worst structure; cases,
// folds and misses.
[[nodiscard]] std::vector<HeadlineNumber> headline_numbers(const ReportInput& input,
                                                           const ReportOptions& options);

}  // namespace myoseg
