// What a reader of a report must not overlook, and which cases it shows.
#pragma once

#include <string>
#include <vector>

#include "eval/report/contents.h"

namespace myoseg {

struct Notice {
  std::string
      kind;  // "missed structure", "false structure", "outlier", "volume outlier", "truncated"
  std::string case_id;
  int fold = -1;
  std::string region;
  std::string sentence;
};
// Of the stage that counts: missed and false structures by fold and case; outliers of the headline
// metric, then of the difference of volumes, the case with the farthest one first; structures that
// are cut off by the border of the slices. A case's notices of one kind stand together. An outlier
// lies beyond the quartiles by more than 1.5 interquartile ranges (Tukey 1977), of a metric on its
// worse side, in a region with at least eight cases.
[[nodiscard]] std::vector<Notice> notices(const ReportContents& contents);

struct Shown {
  std::string rank;  // "Best", "Median", "Worst"; empty: none of them
  CaseRow row;
};
// Fewer than three when there are fewer cases; ties go to the first by fold and case.
[[nodiscard]] std::vector<Shown> best_median_worst(const std::vector<CaseRow>& rows,
                                                   const Metric& metric);
// The cases whose picture is in a page: best, median and worst always, then up to `most` those with
// notices in their order, then the worst.
[[nodiscard]] std::vector<Shown> shown_cases(const std::vector<CaseRow>& rows, const Metric& metric,
                                             const std::vector<Notice>& notices, std::size_t most);

}  // namespace myoseg
