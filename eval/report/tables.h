// The report's tables, made from scores.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/table/table.h"
#include "eval/measure/summaries.h"
#include "eval/report/report.h"

namespace myoseg {

// The data's name before its first comma, for column heads: "virtual cohort l3".
[[nodiscard]] std::string data_name(const ReportInput& input);
// Rows of every table: ReportOptions.regions, else unions before labels.
[[nodiscard]] std::vector<std::string> region_order(const ReportInput& input,
                                                    const ReportOptions& options);
// What CaseRow::rank_value is of: ReportOptions::headline_region, or "mean of the regions" where
// there is no such region.
[[nodiscard]] std::string rank_region(const ReportInput& input, const ReportOptions& options);
// False for masks from elsewhere, which no fold's network predicted.
[[nodiscard]] bool has_folds(const ReportInput& input);

// One region's headline metric before and after post-processing.
struct StageRow {
  std::string region;
  Summary raw, final;
  double mean_change = 0;  // final - raw over the cases that have both
};
// Empty when the scores have one stage only.
[[nodiscard]] std::vector<StageRow> stage_rows(const ReportInput& input,
                                               const ReportOptions& options);

// One case: the headline metric of each region in region_order(), of the stage that counts; NaN
// where there is none.
struct CaseRow {
  std::string case_id;
  int fold = -1;
  std::vector<double> values;
  double rank_value = 0;  // of ReportOptions.headline_region, or the mean of the regions
};
// Sorted by fold, then case.
[[nodiscard]] std::vector<CaseRow> case_rows(const ReportInput& input,
                                             const ReportOptions& options);
[[nodiscard]] Table cases_table(const std::vector<CaseRow>& rows,
                                const std::vector<std::string>& regions);

}  // namespace myoseg
