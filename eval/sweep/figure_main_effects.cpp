// One panel a setting: the runs' scores at each of its values, and their mean.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "eval/statistics/sample.h"
#include "eval/sweep/figures.h"

namespace myoseg {
namespace {

// Pixels.
constexpr double kLeft = 66, kRight = 14, kGap = 24, kTop = 34, kPlotHeight = 200, kLineGap = 14;
constexpr std::size_t kRotatedLetters = 15;  // more, at 45 degrees, would leave the figure
constexpr std::size_t kSampled = 8;          // more numbers than a user types were drawn

struct Panel {
  Axis axis;
  std::vector<std::vector<double>> scores;  // of the runs with each value of the axis
  double room = 0;                          // left and right of the axis, as a part of it
  std::vector<Tick> ticks;
  bool rotated = false;

  // Not where nearly every run has a number of its own: the line would go through the single runs.
  [[nodiscard]] bool has_means() const {
    std::size_t runs = 0;
    for (const auto& of_value : scores) runs += of_value.size();
    return !axis.numeric || scores.size() <= kSampled || runs >= 2 * scores.size();
  }
  // Below the axis.
  [[nodiscard]] double bottom() const {
    double pixels = 30;
    for (const Tick& tick : ticks)
      if (rotated) pixels = std::max(pixels, 14 + 0.71 * text_width(tick.text));
    return pixels;
  }
};

double rotated_height(const std::string&) { return 15; }

Panel make_panel(Axis axis, std::size_t key, const std::vector<const SweepRow*>& rows) {
  Panel panel;
  panel.scores.resize(axis.places.size());
  for (const SweepRow* row : rows) {
    const double place = axis.place_of(row->settings[key]);
    const auto at = std::find(axis.places.begin(), axis.places.end(), place);
    panel.scores[static_cast<std::size_t>(at - axis.places.begin())].push_back(headline(*row));
  }
  panel.room = axis.numeric ? 0.08 : 0.5 / static_cast<double>(axis.places.size() - 1);
  panel.axis = std::move(axis);
  return panel;
}

void set_ticks(Panel& panel, double width) {
  const double pixels = width / (1 + 2 * panel.room);
  panel.ticks = axis_ticks(panel.axis, pixels, text_width);
  panel.rotated = !panel.axis.numeric && !fits(panel.axis, panel.ticks, pixels, text_width);
  if (!panel.rotated) return;
  panel.ticks = thinned(panel.axis, panel.ticks, pixels, rotated_height);
  for (Tick& tick : panel.ticks) tick.text = shortened(tick.text, kRotatedLetters);
}

// Two blocks for gnuplot: the runs, beside each other where they share a value; value, mean and
// number of runs.
std::string panel_data(const Panel& panel) {
  const Axis& axis = panel.axis;
  std::string runs = fmt::format("# {}: runs\n", one_line(axis.title)), means;
  for (std::size_t i = 0; i < axis.places.size(); ++i) {
    const auto& scores = panel.scores[i];
    for (std::size_t k = 0; k < scores.size(); ++k) {
      const double off = beside(axis, k, scores.size(), axis.numeric ? 0.03 : 0.1);
      const double place = off == 0 ? axis.places[i] : axis.at(axis.fraction(axis.places[i]) + off);
      runs += fmt::format("{}\t{}\n", format_number(place), format_number(scores[k]));
    }
    means += fmt::format("{}\t{}\t{}\n", format_number(axis.places[i]),
                         format_number(statistics::mean_sd(scores).mean), scores.size());
  }
  return runs + "\n\n# mean, number of runs\n" + means + "\n\n";
}

std::string panel_plot(const Panel& panel, std::size_t index, double width) {
  const Axis& axis = panel.axis;
  std::string script = fmt::format(
      "set title {} textcolor rgb \"#33383d\" offset 0,-0.4\n{} logscale x\nset xrange "
      "[{}:{}]\nset xtics ({}){} scale {}\n",
      gnuplot_text(shortened_key(axis.title, static_cast<std::size_t>(width / 6.7))),
      axis.logarithmic ? "set" : "unset", format_number(axis.at(-panel.room)),
      format_number(axis.at(1 + panel.room)), tick_list(panel.ticks),
      panel.rotated ? " rotate by 45 right" : " norotate center", axis.numeric ? "0.5" : "0");
  script += fmt::format(
      "plot data index {} using 1:2 with points pointtype 7 pointsize 0.55 linecolor rgb "
      "\"#661f5580\"",
      2 * index);
  if (panel.has_means()) {
    const auto layer = [&](const char* style) {
      script += fmt::format(", \\\n  data index {} using 1:2 with {}", 2 * index + 1, style);
    };
    if (axis.numeric) layer("lines linewidth 1.2 linecolor rgb \"#14181c\"");
    layer("points pointtype 7 pointsize 0.8 linecolor rgb \"#14181c\"");
    layer("points pointtype 7 pointsize 0.5 linecolor rgb \"#ffffff\"");
  }
  return script + "\n";
}

}  // namespace

Figure main_effects_figure(const SweepContents& contents) {
  const std::vector<const SweepRow*>& rows = contents.drawn;
  Figure figure;
  figure.name = "main_effects";
  figure.title = fmt::format("Mean {} per value of each setting", contents.score_name);
  figure.caption = too_few_rows(contents);
  if (!figure.caption.empty()) return figure;

  std::vector<Panel> panels;
  std::string single;
  const std::vector<Axis>& axes = contents.settings;
  for (std::size_t k = 0; k < axes.size(); ++k)
    if (axes[k].places.size() > 1)
      panels.push_back(make_panel(axes[k], k, rows));
    else
      single += (single.empty() ? "" : ", ") + axes[k].title;
  if (panels.empty()) {
    figure.caption = "No setting has more than one value among the runs that are done.";
    return figure;
  }

  const std::size_t columns = panels.size() == 4 ? 2 : std::min<std::size_t>(panels.size(), 3);
  figure.width = static_cast<int>(480 + 160 * columns);
  const double width = (figure.width - kLeft - kRight - kGap * static_cast<double>(columns - 1)) /
                       static_cast<double>(columns);
  std::vector<double> tops{kTop};  // of the lines of panels and of one more
  for (std::size_t first = 0; first < panels.size(); first += columns) {
    double bottom = 0;
    for (std::size_t p = first; p < std::min(first + columns, panels.size()); ++p) {
      set_ticks(panels[p], width);
      bottom = std::max(bottom, panels[p].bottom());
    }
    tops.push_back(tops.back() + kPlotHeight + bottom + kLineGap + kTop);
  }
  figure.height = static_cast<int>(std::lround(tops.back() - kLineGap - kTop));

  const Axis score = score_axis(contents.score_name, headlines(rows));
  const std::vector<Tick> score_ticks = axis_ticks(score, kPlotHeight, text_height);
  figure.script = fmt::format("set multiplot\nset yrange [{}:{}]\n", format_number(score.places[0]),
                              format_number(score.places[1]));
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const std::size_t column = p % columns;
    const double left = kLeft + static_cast<double>(column) * (width + kGap);
    const double top = tops[p / columns];
    figure.script += fmt::format(
        "set lmargin at screen {:.4f}\nset rmargin at screen {:.4f}\nset tmargin at screen "
        "{:.4f}\nset bmargin at screen {:.4f}\n",
        left / figure.width, (left + width) / figure.width, 1 - top / figure.height,
        1 - (top + kPlotHeight) / figure.height);
    figure.script +=
        fmt::format("set ytics ({})\nset ylabel {} textcolor rgb \"#33383d\"\n",
                    tick_list(score_ticks, column == 0),
                    column == 0 ? gnuplot_text(shortened(score.title, 28)) : std::string("\"\""));
    figure.script += panel_plot(panels[p], p, width);
    figure.data += panel_data(panels[p]);
  }
  figure.script += "unset multiplot\n";
  figure.caption = fmt::format(
      "{} against each setting. Blue: single runs, beside each other where they share a value; "
      "black: mean of the runs with that value, whatever their other settings.{}{}{}",
      score.title,
      std::all_of(panels.begin(), panels.end(), [](const Panel& p) { return p.has_means(); })
          ? ""
          : " No mean where most runs have a value of their own.",
      single.empty() ? "" : fmt::format(" Without a panel, having one value only: {}.", single),
      missing_note(contents, rows.size()));
  if (rows.size() < contents.input.rows.size())
    figure.caption += " The means may then be over unlike sets of runs.";
  return figure;
}

}  // namespace myoseg
