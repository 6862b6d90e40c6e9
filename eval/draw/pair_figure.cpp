#include "eval/draw/pair_figure.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "core/table/table.h"
#include "core/text.h"
#include "eval/draw/plot_range.h"

namespace myoseg {
namespace {

using statistics::Interval;

constexpr const char* kPoints = "with points pointtype 7 pointsize 0.6 linecolor rgb \"#551f5580\"";

// Three significant digits, or all before the point, with a true minus sign: text beside a line.
std::string short_number(double value) {
  const double size = std::abs(value);
  const std::string digits =
      size >= 1e3 && size < 1e9 ? fmt::format("{:.0f}", size) : fmt::format("{:.3g}", size);
  return value < 0 ? "−" + digits : digits;
}

std::string level(double y, const char* colour, const char* dash, const PlotRange& x) {
  return fmt::format(
      "set arrow from {},{} to {},{} nohead back linewidth 1.4 dashtype {} linecolor rgb \"{}\"\n",
      format_number(x.low), format_number(y), format_number(x.high), format_number(y), dash,
      colour);
}

std::string band(const Interval& ci, const char* colour, const PlotRange& x) {
  if (!ci.defined()) return "";
  return fmt::format(
      "set object rectangle from {},{} to {},{} behind fillcolor rgb \"{}\" fillstyle solid 1 "
      "noborder\n",
      format_number(x.low), format_number(ci.low), format_number(x.high), format_number(ci.high),
      colour);
}

std::string beside(double y, const std::string& text, const PlotRange& x) {
  return fmt::format(
      "set label {} at {},{} left offset 0.6,0 font \",10\" textcolor rgb \"#33383d\"\n",
      gnuplot_text(text), format_number(x.high), format_number(y));
}

std::string scatter_script(const PairPlot& pair) {
  const auto [x_low, x_high] = std::minmax_element(pair.x.begin(), pair.x.end());
  const auto [y_low, y_high] = std::minmax_element(pair.y.begin(), pair.y.end());
  const PlotRange range = padded(std::min(*x_low, *y_low), std::max(*x_high, *y_high));
  std::string script = fmt::format(
      "set lmargin at screen 0.105\nset rmargin at screen 0.425\nset tmargin at screen 0.93\nset "
      "bmargin at screen 0.15\nset xrange [{0}:{1}]\nset yrange [{0}:{1}]\nset xlabel {2}\nset "
      "ylabel {3}\nset xtics {4}\nset ytics {4}\n",
      format_number(range.low), format_number(range.high),
      gnuplot_text(pair.quantity + ", " + pair.second),
      gnuplot_text(pair.quantity + ", " + pair.first), tick_step(range));
  // y of the picture is the first reader.
  const statistics::Regressor second{"second", pair.y};
  const statistics::Regression fit = statistics::ols(pair.x, std::span(&second, 1));
  std::string plots = fmt::format(
      "plot [{0}:{1}] x with lines linewidth 1.2 dashtype (6,4) linecolor rgb \"#8a8f94\", \\\n",
      format_number(range.low), format_number(range.high));
  if (fit.coefficients.size() == 2 && fit.coefficients[1].value.defined())
    plots += fmt::format(
        "  [{}:{}] {} + {} * x with lines linewidth 1.6 linecolor rgb \"#b3541e\", \\\n",
        format_number(*y_low), format_number(*y_high),
        format_number(fit.coefficients[0].value.value),
        format_number(fit.coefficients[1].value.value));
  return script + plots + "  data using 2:1 " + kPoints + "\n";
}

std::string difference_script(const PairPlot& pair) {
  const statistics::BlandAltman& limits = pair.limits;
  double low = 0, high = 0;  // zero is always seen
  double left = (pair.x[0] + pair.y[0]) / 2, right = left;
  for (std::size_t i = 0; i < pair.x.size(); ++i) {
    const double mean = (pair.x[i] + pair.y[i]) / 2, gap = pair.x[i] - pair.y[i];
    left = std::min(left, mean), right = std::max(right, mean);
    low = std::min(low, gap), high = std::max(high, gap);
  }
  for (const Interval* ci : {&limits.ci_lower, &limits.ci_upper})
    if (ci->defined()) low = std::min(low, ci->low), high = std::max(high, ci->high);
  const PlotRange x = padded(left, right), y = padded(low, high);
  std::string script = fmt::format(
      "unset arrow\nset lmargin at screen 0.545\nset rmargin at screen 0.885\nset xrange "
      "[{}:{}]\nset yrange [{}:{}]\nset xlabel {}\nset ylabel {}\nset xtics {}\nset ytics {}\n",
      format_number(x.low), format_number(x.high), format_number(y.low), format_number(y.high),
      gnuplot_text(pair.quantity + ", mean of both"),
      gnuplot_text(fmt::format("{} − {}", pair.first, pair.second)), tick_step(x), tick_step(y));
  script += band(limits.ci_lower, "#f3e9df", x) + band(limits.ci_upper, "#f3e9df", x) +
            band(limits.ci_bias, "#dfe8f0", x);
  script += level(0, "#b4bac0", "1", x);
  if (limits.bias.defined()) {
    script += level(limits.bias.value, "#1f5580", "1", x);
    script += beside(limits.bias.value, "bias " + short_number(limits.bias.value), x);
  }
  if (limits.lower.defined() && limits.upper.value > limits.lower.value) {
    for (const double value : {limits.lower.value, limits.upper.value})
      script += level(value, "#b3541e", "(6,4)", x);
    script += beside(limits.lower.value, "−1.96 SD " + short_number(limits.lower.value), x);
    script += beside(limits.upper.value, "+1.96 SD " + short_number(limits.upper.value), x);
  }
  return script + "plot data using (($1+$2)/2):($1-$2) " + kPoints + "\n";
}

}  // namespace

Figure pair_figure(const PairPlot& pair) {
  Figure figure;
  figure.name = pair.name;
  figure.title = pair.title;
  if (pair.x.size() < 2) {
    figure.caption = fmt::format("{}: {} with a value, too few for a figure.", figure.title,
                                 pair.x.size() == 1 ? "one case" : "no case");
    return figure;
  }
  figure.width = 900;
  figure.height = 360;
  figure.data = fmt::format("# {}\t{}\tcase\n", one_line(pair.first), one_line(pair.second));
  for (std::size_t i = 0; i < pair.x.size(); ++i)
    figure.data += fmt::format("{}\t{}\t{}\n", format_number(pair.x[i]), format_number(pair.y[i]),
                               one_line(pair.cases[i]));
  figure.script =
      "set multiplot\nset xlabel textcolor rgb \"#33383d\" offset 0,0.3\nset ylabel textcolor rgb "
      "\"#33383d\"\n";
  figure.script += scatter_script(pair) + difference_script(pair) + "unset multiplot\n";
  figure.caption = fmt::format(
      "{} over {} cases. Left: dashed, identity; solid, least squares. Right: "
      "difference against mean with bias and limits of agreement; bands, 95 % intervals.",
      pair.about, pair.x.size());
  return figure;
}

}  // namespace myoseg
