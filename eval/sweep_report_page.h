// The page of a sweep's report: one HTML file with everything in it.
#pragma once

#include <string>
#include <vector>

#include "eval/sweep_report.h"

namespace myoseg {

struct SweepChart {
  std::string title;
  std::string markup;   // empty: left out
  std::string caption;  // or why it is left out
  int width = 0;        // px, up to which it grows with the page
};
// Needs no network, no other file and no script to be read; the script only sorts tables.
[[nodiscard]] std::string sweep_page(const SweepReportInput& input,
                                     const std::vector<SweepChart>& charts);

// The page's mustache template.
extern const char* const kSweepTemplate;

}  // namespace myoseg
