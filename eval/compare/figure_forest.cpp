// Paired differences between runs with their intervals.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "eval/compare/figures.h"
#include "eval/compare/tables.h"
#include "eval/draw/axis.h"
#include "eval/draw/readable.h"

namespace myoseg {
namespace {

// Pixels.
constexpr double kRowHeight = 20, kGroupGap = 8, kTop = 30, kBottom = 64, kPlotWidth = 330;
constexpr double kGap = 18, kDifferenceWidth = 168, kPWidth = 62, kLeft = 8;
constexpr std::size_t kLongestName = 28, kLongestPair = 36;
constexpr std::size_t kMostRows = 60;

struct Row {
  const PairedDifference* pair = nullptr;
  double y = 0;  // pixels below the top of the axis
  bool first_of_region = false;
};

struct Layout {
  std::vector<Row> rows;
  double height = 0;
  bool best_run_only = false;
  double pair_left = 0, plot_left = 0, plot_right = 0;
  int width = 0;
};

Layout lay_out(const ComparisonInput& input, const RunComparison& comparison, bool names_pairs) {
  Layout layout;
  layout.best_run_only = comparison.pairs.size() > kMostRows && input.runs.size() > 2;
  const std::size_t best = comparison.best_first.front();
  double region_width = 0, pair_width = 0;
  for (const PairedDifference& pair : comparison.pairs) {
    if (layout.best_run_only && pair.first != best && pair.second != best) continue;
    Row row{&pair, 0, layout.rows.empty() || layout.rows.back().pair->region != pair.region};
    if (row.first_of_region && !layout.rows.empty() && names_pairs) layout.height += kGroupGap;
    row.y = layout.height + kRowHeight / 2;
    layout.height += kRowHeight;
    region_width = std::max(
        region_width,
        text_width(shortened(region_title(comparison.regions[pair.region]), kLongestName)));
    pair_width = std::max(pair_width, text_width(shortened(pair_name(input, pair), kLongestPair)));
    layout.rows.push_back(row);
  }
  layout.pair_left = kLeft + region_width + kGap;
  layout.plot_left = layout.pair_left + (names_pairs ? pair_width + kGap : 0);
  layout.plot_right = layout.plot_left + kPlotWidth;
  layout.width =
      static_cast<int>(std::lround(layout.plot_right + kGap + kDifferenceWidth + kPWidth + kLeft));
  return layout;
}

std::string label(const std::string& text, double x, double y, int width) {
  return fmt::format(
      "set label {} at screen {:.4f}, first {:.1f} left font \",11\" textcolor rgb "
      "\"#33383d\"\n",
      gnuplot_text(text), x / width, y);
}

Axis difference_axis(const std::string& title, const Layout& layout) {
  std::vector<double> values{0};
  for (const Row& row : layout.rows) {
    if (row.pair->difference.defined()) values.push_back(row.pair->difference.value);
    if (row.pair->ci.defined()) values.insert(values.end(), {row.pair->ci.low, row.pair->ci.high});
  }
  return score_axis(title, values);
}

// Two blocks: significant differences, the others.
std::string marks(const Layout& layout) {
  std::string data;
  for (const bool significant : {true, false}) {
    data +=
        significant ? "# difference, row, interval: p at most 0.05\n" : "# p above 0.05 or NA\n";
    bool any = false;
    for (const Row& row : layout.rows) {
      const PairedDifference& pair = *row.pair;
      if (!pair.difference.defined() || is_significant(pair) != significant) continue;
      any = true;
      const double value = pair.difference.value;
      data += fmt::format("{}\t{}\t{}\t{}\n", format_number(value), row.y,
                          format_number(pair.ci.defined() ? pair.ci.low : value),
                          format_number(pair.ci.defined() ? pair.ci.high : value));
    }
    data += any ? "\n\n" : "NA\tNA\tNA\tNA\n\n\n";
  }
  return data;
}

constexpr const char* kScript = R"(unset grid
set grid xtics linetype 1 linecolor rgb "#e6e8ea" linewidth 0.6
set border 1
set lmargin at screen {left:.4f}
set rmargin at screen {right:.4f}
set tmargin at screen {top:.4f}
set bmargin at screen {bottom:.4f}
set xrange [{low}:{high}]
set yrange [{height}:0]
set xtics ({ticks})
unset ytics
set xlabel {xlabel} textcolor rgb "#33383d"
set arrow from 0, graph 0 to 0, graph 1 nohead linecolor rgb "#5a636b" linewidth 1
{labels}plot data index 1 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0 linewidth 1.4 linecolor rgb "#8a8f94", \
  data index 1 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb "#8a8f94", \
  data index 1 using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb "#ffffff", \
  data index 0 using 1:2:3:4 with xerrorbars pointtype 7 pointsize 0 linewidth 1.8 linecolor rgb "#1f5580", \
  data index 0 using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb "#1f5580"
)";

}  // namespace

Figure forest_figure(const ComparisonInput& input, const ComparisonOptions& options,
                     const RunComparison& comparison) {
  const std::string quantity = compared_quantity(comparison);
  Figure figure;
  figure.name = "forest";
  figure.title = fmt::format("Paired differences of {}", quantity);
  if (std::none_of(comparison.pairs.begin(), comparison.pairs.end(),
                   [](const PairedDifference& pair) { return pair.difference.defined(); })) {
    figure.caption = "In no region has any case a value in both runs of a pair.";
    return figure;
  }
  const bool names_pairs = input.runs.size() > 2;
  const Layout layout = lay_out(input, comparison, names_pairs);
  figure.width = layout.width;
  figure.height = static_cast<int>(std::lround(kTop + layout.height + kBottom));
  const std::string correction(adjustment_title(options.correction));

  const double difference_left = layout.plot_right + kGap;
  const double p_left = difference_left + kDifferenceWidth;
  std::string labels = label("Difference [95 % CI]", difference_left, -14, figure.width) +
                       label("p", p_left, -14, figure.width);
  for (const Row& row : layout.rows) {
    const PairedDifference& pair = *row.pair;
    if (row.first_of_region)
      labels += label(shortened(region_title(comparison.regions[pair.region]), kLongestName), kLeft,
                      row.y, figure.width);
    if (names_pairs)
      labels += label(shortened(pair_name(input, pair), kLongestPair), layout.pair_left, row.y,
                      figure.width);
    labels += label(difference_text(pair), difference_left, row.y, figure.width);
    labels += label(p_text(pair.p_wilcoxon_corrected), p_left, row.y, figure.width);
  }
  const std::string pair_title =
      names_pairs ? "first − second" : shortened(pair_name(input, comparison.pairs[0]), 40);
  const Axis axis = difference_axis(fmt::format("{}, {}", quantity, pair_title), layout);
  const double screen_top = 1 - kTop / figure.height, screen_bottom = kBottom / figure.height;
  figure.data = marks(layout);
  figure.script = fmt::format(
      kScript, fmt::arg("left", layout.plot_left / figure.width),
      fmt::arg("right", layout.plot_right / figure.width), fmt::arg("top", screen_top),
      fmt::arg("bottom", screen_bottom), fmt::arg("low", format_number(axis.places[0])),
      fmt::arg("high", format_number(axis.places[1])), fmt::arg("height", layout.height),
      fmt::arg("ticks", tick_list(axis_ticks(axis, kPlotWidth, text_width))),
      fmt::arg("xlabel", gnuplot_text(axis.title)), fmt::arg("labels", labels));
  figure.caption = fmt::format(
      "Mean paired difference of {} with its 95 % interval; {} of zero the first run is better. p: "
      "Wilcoxon's test, {}; filled and blue where it is at most 0.05.{}",
      quantity, comparison.metric.better == Better::higher ? "right" : "left", correction,
      layout.best_run_only ? " Only pairs with the best run are drawn; the table has all." : "");
  return figure;
}

}  // namespace myoseg
