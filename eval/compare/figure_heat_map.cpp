// Mean score of every run in every region.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/compare/figures.h"
#include "eval/compare/tables.h"
#include "eval/draw/heat_map.h"
#include "eval/draw/readable.h"

namespace myoseg {
namespace {

struct Scale {
  double low = 0, high = 0;
  bool higher_is_better = true;

  // 1 for the best cell; the middle when all are equal.
  [[nodiscard]] double place(double value) const {
    if (!(high > low)) return 0.5;
    const double place = (value - low) / (high - low);
    return higher_is_better ? place : 1 - place;
  }
};

Scale scale_of(const RunComparison& comparison) {
  Scale scale{INFINITY, -INFINITY, comparison.metric.better == Better::higher};
  for (const auto& run : comparison.scores)
    for (const RegionScores& scores : run)
      if (scores.mean.defined()) {
        scale.low = std::min(scale.low, scores.mean.value);
        scale.high = std::max(scale.high, scores.mean.value);
      }
  return scale;
}

}  // namespace

Figure heat_map_figure(const ComparisonInput& input, const RunComparison& comparison) {
  const std::string quantity = compared_quantity(comparison);
  Figure figure;
  figure.name = "heat_map";
  figure.title = fmt::format("Mean {} of each run in each region", quantity);
  const Scale scale = scale_of(comparison);
  if (!(scale.low <= scale.high)) {
    figure.caption = "No run has a value in any region.";
    return figure;
  }
  HeatMap map;
  for (const std::string& region : comparison.regions) map.columns.push_back(region_title(region));
  for (const std::size_t run : comparison.best_first) {
    map.rows.push_back(input.runs[run].label);
    auto& cells = map.cells.emplace_back();
    for (const RegionScores& scores : comparison.scores[run])
      cells.push_back(scores.mean.defined() ? HeatMapCell{scale.place(scores.mean.value),
                                                          fmt::format("{:.3f}", scores.mean.value)}
                                            : HeatMapCell{NAN, "none"});
  }
  draw_heat_map(figure, map);
  figure.caption = fmt::format(
      "Mean {} of each run (best first) in each region, over the cases in which the run has a "
      "value. Lighter is better.",
      quantity);
  return figure;
}

}  // namespace myoseg
