// What a reader of a report must not overlook, and which cases it shows.
#pragma once

#include <string>
#include <vector>

#include "eval/report_tables.h"

namespace myoseg {

struct Notice {
  std::string kind;  // "missed structure", "false structure", "outlier"
  std::string case_id;
  int fold = -1;
  std::string region;
  std::string sentence;
};
// Of the stage that counts: missed and false structures by fold and case, then outliers, the case
// with the farthest one first; a case's notices of one kind stand together. An outlier lies below
// the first quartile by more than 1.5 interquartile ranges (Tukey 1977) in a region with at least
// eight cases.
[[nodiscard]] std::vector<Notice> notices(const ReportInput& input, const ReportOptions& options);

struct Shown {
  std::string rank;  // "Best", "Median", "Worst"
  CaseRow row;
};
// Fewer than three when there are fewer cases; ties go to the first by fold and case.
[[nodiscard]] std::vector<Shown> best_median_worst(const std::vector<CaseRow>& rows,
                                                   bool higher_is_better);

}  // namespace myoseg
