// The page of a comparison of runs: one HTML file with everything in it.
#pragma once

#include <string>
#include <vector>

#include "eval/comparison.h"

namespace myoseg {

struct ComparisonChart {
  std::string title;
  std::string markup;   // empty: left out
  std::string caption;  // or why it is left out
  int width = 0;        // px, up to which it grows with the page
};
// Needs no network, no other file and no script to be read; the script only sorts tables.
[[nodiscard]] std::string comparison_page(const ComparisonInput& input,
                                          const ComparisonOptions& options,
                                          const RunComparison& comparison,
                                          const std::vector<ComparisonChart>& charts);

// The page's mustache template.
extern const char* const kComparisonTemplate;

}  // namespace myoseg
