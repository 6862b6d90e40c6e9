// The figures of a comparison of runs. One that would say nothing has an empty script; its caption
// then is the sentence why.
#pragma once

#include "eval/compare/comparison.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

// Mean paired difference with its interval, one row a pair of runs, region by region. With more
// rows than a page takes only the pairs of the best run are drawn.
[[nodiscard]] Figure forest_figure(const ComparisonInput& input, const ComparisonOptions& options,
                                   const RunComparison& comparison);

// Mean score of every run (row, best first) in every region (column).
[[nodiscard]] Figure heat_map_figure(const ComparisonInput& input, const RunComparison& comparison);

}  // namespace myoseg
