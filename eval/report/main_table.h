// The table that a paper prints: mean ± SD of some metrics and the volume correlation in every
// region, the paper's own numbers beside ours. See also main_table() in eval/report/report.h.
#pragma once

#include <string>
#include <vector>

#include "eval/report/contents.h"

namespace myoseg {

// The columns after region, n and missed.
struct MainColumn {
  enum class Kind { ours, penalised, paper };
  std::string name;  // of a metric, or kVolumeCorrelation
  std::string header;
  Kind kind = Kind::ours;
};
// Of each metric ours; the penalised mean where cases have no value because one of their masks is
// empty; the paper's where it printed some. Last the volume correlation.
[[nodiscard]] std::vector<MainColumn> main_columns(const ReportContents& contents);
// One row a region, with its name as in the scores; last the mean of the structures where the paper
// printed one.
[[nodiscard]] std::vector<std::vector<std::string>> main_rows(
    const ReportContents& contents, const std::vector<MainColumn>& columns);

// What stands under the main table: what n, missed and SD mean, each metric's formula and its rule
// for empty masks.
[[nodiscard]] std::vector<std::string> table_notes(const ReportContents& contents);

}  // namespace myoseg
