// Parallel coordinates: every run as a line through its settings to its score.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/text.h"
#include "eval/draw/axis.h"
#include "eval/sweep/figures.h"

namespace myoseg {
namespace {

// Pixels.
constexpr double kHeight = 340, kTop = 40, kBottom = 20, kRight = 76, kTickLength = 5,
                 kStripWidth = 8;
constexpr double kAxisHeight = kHeight - kTop - kBottom;
constexpr double kSpread = 0.05;  // of runs that share a value, as a part of the axis
constexpr int kStripParts = 48;
constexpr std::size_t kFewRuns = 40;

struct Column {
  Axis axis;
  std::vector<double> heights;  // of each row, from 0 to 1
};

// gnuplot's colour of a column: red, green and blue as one number; the best is dark.
int colour_number(const Axis& score, double value, Better better) {
  double worse = 1 - score.fraction(value);
  if (better == Better::lower) worse = 1 - worse;
  if (better == Better::near_zero)
    worse = std::abs(value) / std::max(std::abs(score.at(0)), std::abs(score.at(1)));
  return std::stoi(ramp_colour(worse).substr(1), nullptr, 16);
}

// Rows, worst first, that share a value lie beside each other, so that each can be followed.
std::vector<double> spread_heights(const Axis& axis, std::size_t key,
                                   const std::vector<const SweepRow*>& rows) {
  std::map<double, std::vector<std::size_t>> sharing;
  for (std::size_t i = 0; i < rows.size(); ++i)
    sharing[axis.place_of(rows[i]->settings[key])].push_back(i);
  std::vector<double> heights(rows.size());
  for (const auto& [place, members] : sharing)
    for (std::size_t k = 0; k < members.size(); ++k)
      heights[members[k]] = axis.fraction(place) + beside(axis, k, members.size(), kSpread);
  return heights;
}

std::string run_lines(const std::vector<Column>& axes, const std::vector<const SweepRow*>& rows,
                      Better better) {
  std::string data;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    data += fmt::format("# {}\n", one_line(rows[i]->run));
    const int colour = colour_number(axes.back().axis, headline(*rows[i]), better);
    for (std::size_t a = 0; a < axes.size(); ++a)
      data += fmt::format("{}\t{:.4f}\t{}\n", a, axes[a].heights[i], colour);
    // The last one, the best, is a block of its own.
    data += i + 2 == rows.size() ? "\n\n" : "\n";
  }
  return data + "\n";
}

// The score axis in the colours of its scores: boxes of this half width, each covering the upper
// part of the one before, or seams would be seen.
std::string colour_strip(const Axis& score, std::size_t at, double half, Better better) {
  std::string data = "# colours of the score axis: box from left to right, bottom to top\n";
  for (int k = 0; k < kStripParts; ++k) {
    const double bottom = static_cast<double>(k) / kStripParts;
    data += fmt::format("{0}\t{1:.4f}\t{2:.4f}\t{3:.4f}\t{1:.4f}\t1\t{4}\n", at, bottom,
                        static_cast<double>(at) - half, static_cast<double>(at) + half,
                        colour_number(score, score.at((k + 0.5) / kStripParts), better));
  }
  return data;
}

// Where the axes stand, in pixels, and how long their texts may be.
struct Layout {
  double left, spacing;
  std::size_t letters;
};

std::string title_text(const Axis& axis, const Layout& layout) {
  return shortened_key(axis.title, static_cast<std::size_t>(layout.spacing / 6.7) - 1);
}

std::vector<Tick> ticks_of(const Axis& axis, const Layout& layout) {
  const double pixels = kAxisHeight / (1 + 2 * kSpread);
  auto ticks = thinned(axis, axis_ticks(axis, pixels, text_height), pixels,
                       [](const std::string&) { return 15.0; });
  for (Tick& tick : ticks) tick.text = shortened(tick.text, layout.letters);
  return ticks;
}

Layout layout_for(const std::vector<Column>& axes) {
  const std::size_t gaps = axes.size() - 1;
  Layout layout{40, std::max(130.0, 740.0 / static_cast<double>(gaps)), gaps > 4 ? 12U : 18U};
  const Axis& first = axes.front().axis;
  for (const Tick& tick : ticks_of(first, layout))
    layout.left = std::max(layout.left, text_width(tick.text) + 10);
  // Half of the first title may reach further than its ticks.
  layout.left = std::max(layout.left, text_width(title_text(first, layout)) / 2);
  return layout;
}

// Line, title and ticks of the axis at `at`; those of the score, the last, are on its right.
std::string axis_marks(const Axis& axis, std::size_t at, bool is_score, const Layout& layout) {
  const double x = static_cast<double>(at);
  const double reach = (is_score ? 1.4 : -1) * kTickLength / layout.spacing;
  std::string marks =
      fmt::format("set label {} at {},1 center offset 0,1.8 textcolor rgb \"#33383d\"\n",
                  gnuplot_text(title_text(axis, layout)), at);
  if (!is_score)
    marks += fmt::format("set arrow from {0},{1} to {0},{2} nohead linecolor rgb \"#8a8f94\"\n", at,
                         -kSpread, 1 + kSpread);
  for (const Tick& tick : ticks_of(axis, layout))
    marks += fmt::format(
        "set arrow from {0},{1:.4f} to {2:.4f},{1:.4f} nohead front linecolor rgb \"#8a8f94\"\n"
        "set label {3} at {4:.4f},{1:.4f} {5} front boxed textcolor rgb \"#33383d\"\n",
        at, axis.fraction(tick.place), x + reach,
        gnuplot_text(tick.text.empty() ? "''" : tick.text), x + 2 * reach,
        is_score ? "left" : "right");
  return marks;
}

}  // namespace

Figure parallel_figure(const SweepContents& contents) {
  // Worst first: the best lies on top.
  std::vector<const SweepRow*> rows;
  for (const RankedRow& ranked : contents.ranked)
    if (ranked.rank > 0) rows.insert(rows.begin(), ranked.row);
  Figure figure;
  figure.name = "parallel_coordinates";
  figure.title = fmt::format("Settings and {} of every run", contents.score_name);
  figure.caption = too_few_rows(contents);
  if (!figure.caption.empty()) return figure;

  std::vector<Column> axes;
  const std::vector<Axis>& settings = contents.settings;
  for (std::size_t k = 0; k < settings.size(); ++k)
    if (settings[k].places.size() > 1)
      axes.push_back({settings[k], spread_heights(settings[k], k, rows)});
  if (axes.size() < 2) {
    figure.caption =
        "Fewer than two settings have more than one value among the runs that are "
        "done; with one, the figure of main effects shows all.";
    return figure;
  }
  Column score{score_axis(contents.score_name, headlines(rows)), {}};
  for (const SweepRow* row : rows) score.heights.push_back(score.axis.fraction(headline(*row)));
  axes.push_back(std::move(score));

  const Layout layout = layout_for(axes);
  const std::size_t last = axes.size() - 1;
  const double strip = kStripWidth / 2 / layout.spacing;
  std::string marks;
  for (std::size_t a = 0; a <= last; ++a) marks += axis_marks(axes[a].axis, a, a == last, layout);
  figure.width = static_cast<int>(
      std::lround(layout.left + layout.spacing * static_cast<double>(last) + kRight));
  figure.height = static_cast<int>(kHeight);
  figure.script = fmt::format(
      R"(unset border
unset xtics
unset ytics
unset grid
set style textbox opaque fillcolor rgb "#ffffff" noborder margins 0.4,0.2
set lmargin at screen {:.4f}
set rmargin at screen {:.4f}
set tmargin at screen {:.4f}
set bmargin at screen {:.4f}
set xrange [0:{}]
set yrange [{}:{}]
{}# Blocks of the data: runs, the best run, colours of the score axis.
plot data index 2 using 1:2:3:4:5:6:7 with boxxyerror fillstyle solid noborder linecolor rgb variable, \
  data index 0 using 1:2:3 with lines linewidth {} linecolor rgb variable, \
  data index 1 using 1:2:3 with lines linewidth 2.8 linecolor rgb variable
)",
      layout.left / figure.width, 1 - (kRight - kStripWidth / 2) / figure.width, 1 - kTop / kHeight,
      kBottom / kHeight, static_cast<double>(last) + strip, -kSpread, 1 + kSpread, marks,
      rows.size() > kFewRuns ? "0.8" : "1.5");
  figure.data = run_lines(axes, rows, contents.input.better) + "\n" +
                colour_strip(axes.back().axis, last, strip, contents.input.better);
  figure.caption = fmt::format(
      "Each line is a run, through its value of each setting to its {}, whose axis is the key of "
      "the colours; thick: the best run. Runs that share a value are drawn beside each other.{}",
      contents.score_name, missing_note(contents, rows.size()));
  return figure;
}

}  // namespace myoseg
