// What a report says, computed once; its tables, figures and page only show it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eval/measure/summaries.h"
#include "eval/measure/volume_correlation.h"
#include "eval/report/report.h"
#include "eval/report/score_statistics.h"

namespace myoseg {

// One region's headline metric before and after post-processing.
struct StageRow {
  std::string region;
  Summary raw, final;
  double mean_change = 0;  // final - raw over the cases that have both
};

// One case: the headline metric of each of ReportContents::regions, of the stage that counts; NaN
// where there is none.
struct CaseRow {
  std::string case_id;
  int fold = -1;
  std::vector<double> values;
  double rank_value = 0;  // of ReportOptions.headline_region, or the mean of the regions
};

struct ReportContents {
  ReportInput input;
  ReportOptions options;
  Metric headline;                   // of ReportOptions
  Stage stage = Stage::final;        // the one that counts
  std::size_t folds = 0;             // 0: masks from elsewhere, predicted by no fold's network
  std::vector<std::string> regions;  // rows of every table, see ReportOptions
  std::string rank_region;           // of CaseRow::rank_value: "psoas", "mean of the regions"
  std::vector<CaseRow> cases;        // by fold, then case
  std::vector<StageRow> stages;      // by region; empty when the scores have one stage only
  std::vector<Summary> summaries;
  std::vector<ScoreStatistics> statistics;
  std::vector<VolumeCorrelation> volumes;  // of each of `regions`
};
// Throws as find_metric() does.
[[nodiscard]] ReportContents report_contents(ReportInput input, ReportOptions options,
                                             Intervals intervals = Intervals::with);

}  // namespace myoseg
