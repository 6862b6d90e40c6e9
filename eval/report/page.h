// The page of a run's report.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/page.h"
#include "eval/report/cases.h"

namespace myoseg {

// What is found and drawn of the contents, and shown in several places.
struct ReportParts {
  std::vector<Notice> notices;
  PageChart violin;
  PageChart curves;                     // without markup: no log to draw them from
  std::vector<EmbeddedPicture> ranked;  // best, median and worst case, large
  std::vector<EmbeddedPicture> cases;   // every case that has a picture, small
};
[[nodiscard]] std::string report_page(const ReportContents& contents, const ReportParts& parts);

}  // namespace myoseg
