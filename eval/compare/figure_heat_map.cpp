// Mean score of every run in every region.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/compare/figures.h"
#include "eval/compare/tables.h"
#include "eval/draw/axis.h"
#include "eval/draw/readable.h"
#include "eval/report/figures.h"

namespace myoseg {
namespace {

// Pixels.
constexpr double kRowHeight = 34, kTop = 10, kRight = 18, kWidestCell = 104, kLeastCell = 48;
constexpr std::size_t kLongestName = 28;

// "#rrggbb" as the number that gnuplot reads from data.
int colour_number(const std::string& colour) { return std::stoi(colour.substr(1), nullptr, 16); }

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
  const std::vector<std::size_t>& order = comparison.best_first;
  const std::size_t columns = comparison.regions.size();
  double left = 0, bottom = 0, widest = 0;
  std::vector<Tick> runs, regions;
  for (std::size_t row = 0; row < order.size(); ++row) {
    const std::string name = shortened(input.runs[order[row]].label, kLongestName);
    left = std::max(left, text_width(name));
    runs.push_back({static_cast<double>(row + 1), name});
  }
  for (std::size_t k = 0; k < columns; ++k) {
    const std::string name = shortened(region_title(comparison.regions[k]), kLongestName);
    widest = std::max(widest, text_width(name));
    regions.push_back({static_cast<double>(k + 1), name});
  }
  const double cell = std::clamp(880 / static_cast<double>(columns), kLeastCell,
                                 std::max(kWidestCell, widest + 14));
  const bool rotated = widest + 10 > cell;
  bottom = rotated ? 16 + 0.71 * widest : 28;
  left = std::max(left + 20, rotated ? 0.71 * widest - cell / 2 : 0.0);
  figure.width = static_cast<int>(std::lround(left + cell * static_cast<double>(columns) + kRight));
  figure.height =
      static_cast<int>(std::lround(kTop + kRowHeight * static_cast<double>(order.size()) + bottom));

  figure.data = "# column, row, colour, text, colour of the text\n";
  for (std::size_t row = 0; row < order.size(); ++row)
    for (std::size_t k = 0; k < columns; ++k) {
      const RegionScores& scores = comparison.scores[order[row]][k];
      const double place = scores.mean.defined() ? scale.place(scores.mean.value) : 1;
      figure.data += fmt::format(
          "{}\t{}\t{}\t{}\t{}\n", k + 1, row + 1,
          colour_number(scores.mean.defined() ? ramp_colour(place) : std::string("#e6e8ea")),
          scores.mean.defined() ? fmt::format("{:.3f}", scores.mean.value) : std::string("none"),
          colour_number(place < 0.6 ? "#ffffff" : "#14181c"));
    }
  figure.script = fmt::format(
      R"(data = "{}.tsv"
unset grid
unset border
set lmargin at screen {:.4f}
set rmargin at screen {:.4f}
set tmargin at screen {:.4f}
set bmargin at screen {:.4f}
set xrange [0.5:{}.5]
set yrange [{}.5:0.5]
set xtics ({}){} scale 0
set ytics ({}) scale 0
plot data using 1:2:(0.488):(0.47):3 with boxxyerror fillstyle solid 1 noborder linecolor rgb variable, \
  data using 1:2:4:5 with labels font ",11" textcolor rgb variable
)",
      figure.name, left / figure.width, 1 - kRight / figure.width, 1 - kTop / figure.height,
      bottom / figure.height, columns, order.size(), tick_list(regions),
      rotated ? " rotate by 45 right" : " norotate center", tick_list(runs));
  figure.caption = fmt::format(
      "Mean {} of each run (best first) in each region, over the cases in which the run has a "
      "value. Lighter is better.",
      quantity);
  return figure;
}

}  // namespace myoseg
