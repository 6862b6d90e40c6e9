// The page of a run's report.
#pragma once

#include <string>
#include <vector>

#include "eval/figures.h"
#include "eval/page.h"

namespace myoseg {

struct ReportFigures {
  PageChart violin;
  PageChart curves;  // without markup: no log to draw them from
  std::vector<CasePicture> cases;
  std::vector<std::string> case_uris;  // their pictures as data: URIs
};
[[nodiscard]] std::string report_page(const ReportInput& input, const ReportOptions& options,
                                      const ReportFigures& figures);

}  // namespace myoseg
