// What a comparison's report says, computed once; files, page and terminal only show it.
#pragma once

#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/compare/comparison.h"

namespace myoseg {

struct ComparisonContents {
  ComparisonInput input;
  ComparisonOptions options;
  RunComparison comparison;
  Table runs, pairs, volumes;  // as runs_table(), pairs_table() and volumes_table()
  Table readable_runs, readable_pairs, readable_volumes;  // rounded, under heads for readers
  std::vector<std::string> notes;                         // what stands under them
};
// Throws as compare_runs() does.
[[nodiscard]] ComparisonContents comparison_contents(ComparisonInput input,
                                                     ComparisonOptions options);

// report.html, tables/{runs,pairs,volumes}.{csv,md,tex} and figures/. Figures that gnuplot cannot
// draw here keep their script and data, with a warning.
void write_comparison(const ComparisonContents& contents);

}  // namespace myoseg
