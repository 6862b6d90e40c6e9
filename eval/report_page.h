// The report's page: one HTML file with everything in it.
#pragma once

#include <string>
#include <vector>

#include "eval/figures.h"

namespace myoseg {

struct ReportFigures {
  std::string violin, curves;  // markup; empty curves: no log to draw them from
  std::string violin_caption;
  std::vector<CasePicture> cases;
  std::vector<std::string> case_uris;  // their pictures as data: URIs
};
// Needs no network, no other file and no script to be read; the script only sorts tables.
[[nodiscard]] std::string report_page(const ReportInput& input, const ReportOptions& options,
                                      const ReportFigures& figures);

// The page's mustache template.
extern const char* const kReportTemplate;

}  // namespace myoseg
