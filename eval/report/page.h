// The page of a run's report.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/page.h"
#include "eval/report/cases.h"
#include "eval/report/score_statistics.h"

namespace myoseg {

// What is made once and shown in several places.
struct ReportParts {
  std::vector<ScoreStatistics> statistics;
  std::vector<Notice> notices;
  PageChart violin;
  PageChart curves;                     // without markup: no log to draw them from
  std::vector<EmbeddedPicture> ranked;  // best, median and worst case, large
  std::vector<EmbeddedPicture> cases;   // every case that has a picture, small
};
[[nodiscard]] std::string report_page(const ReportInput& input, const ReportOptions& options,
                                      const ReportParts& parts);

}  // namespace myoseg
