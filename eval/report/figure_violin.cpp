// Violins of the headline metric, one a region.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/table/table.h"
#include "core/text.h"
#include "eval/draw/axis.h"
#include "eval/draw/readable.h"
#include "eval/draw/violin.h"
#include "eval/report/figures.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

using statistics::Density;

constexpr double kHalfWidth =
    0.40;  // of a violin at its widest, in units of the distance between two
constexpr int kDensityPoints = 161;
constexpr double kNameWidth = 130;  // px, on a line between those of two neighbours
constexpr std::size_t kLongestName = 24;
constexpr std::size_t kCasesForDensity = 8;  // a density of fewer would be an invention

// i-th place of the van der Corput sequence: spreads points evenly without a random number.
double spread(std::size_t i) {
  double place = 0, half = 0.5;
  for (++i; i > 0; i /= 2, half /= 2) place += (i % 2) * half;
  return place;
}

// The density where a case lies, relative to the highest.
double density_at(const Density& density, double peak, double value) {
  const auto next = std::lower_bound(density.at.begin(), density.at.end(), value);
  const auto i = std::min<std::size_t>(next - density.at.begin(), density.at.size() - 1);
  return density.value[i] / peak;
}

// A long name on two lines.
std::string tick_text(std::string title) {
  std::size_t best = std::string::npos;
  for (std::size_t i = 0; i < title.size(); ++i) {
    const auto off = [&](std::size_t k) {
      return std::abs(2 * static_cast<int>(k) - static_cast<int>(title.size()));
    };
    if (title[i] == ' ' && (best == std::string::npos || off(i) < off(best))) best = i;
  }
  if (title.size() > 9 && best != std::string::npos) title[best] = '\n';
  return title;
}

// Whether a name on two lines would reach into its neighbours'.
bool is_wide(const std::string& name) {
  const std::string text = tick_text(name);
  const std::size_t end = std::min(text.find('\n'), text.size());
  return text_width(text.substr(0, end)) > kNameWidth ||
         text_width(text.substr(std::min(end + 1, text.size()))) > kNameWidth;
}

// Blocks for gnuplot: outline, then the cases of one region at `centre`.
std::string region_data(const Violin& violin, double centre, const ViolinAxis& axis) {
  std::string data;
  const double peak = violin.density.value.empty() ? 1
                                                   : *std::max_element(violin.density.value.begin(),
                                                                       violin.density.value.end());
  const std::size_t n = violin.density.at.size();
  for (std::size_t i = 0; i < 2 * n; ++i) {
    const bool right = i < n;
    const std::size_t k = right ? i : 2 * n - 1 - i;
    const double half = kHalfWidth * violin.density.value[k] / peak;
    data += fmt::format("{:.4f}\t{:.5f}\n", centre + (right ? half : -half), violin.density.at[k]);
  }
  if (n == 0) data += fmt::format("{:.4f}\tNA\n", centre);
  data += "\n\n";
  std::vector<double> shown = violin.values;
  for (const double value : violin.far_out)
    if (value >= axis.low && value <= axis.high) shown.push_back(value);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double width = n == 0 ? 0.7 : density_at(violin.density, peak, shown[i]);
    const double offset = (2 * spread(i) - 1) * kHalfWidth * 0.8 * width;
    data += fmt::format("{:.4f}\t{}\n", centre + offset, format_number(shown[i]));
  }
  if (shown.empty()) data += fmt::format("{:.4f}\tNA\n", centre);
  return data + "\n\n";
}

// Marks where the axis ends for the cases that lie beyond it, with the value of the farthest; the
// fourth column is gnuplot's mark. Nothing when there are none.
std::string beyond_data(const Violin& violin, double centre, const ViolinAxis& axis) {
  std::string data;
  const auto mark = [&](const std::vector<double>& hidden, double farthest, double at, int type) {
    if (hidden.empty()) return;
    const std::string value = fmt::format("{:.{}f}", farthest, axis.tick < 0.1 ? 2 : 1);
    data += fmt::format("{:.4f}\t{:.6g}\t{}\t{}\n", centre, at,
                        hidden.size() == 1 ? value : fmt::format("{} to {}", hidden.size(), value),
                        type);
  };
  std::vector<double> below, above;
  for (const double value : violin.far_out) {
    if (value < axis.low) below.push_back(value);
    if (value > axis.high) above.push_back(value);
  }
  mark(below, below.empty() ? 0 : below.front(), axis.low, 11);
  mark(above, above.empty() ? 0 : above.back(), axis.high, 9);
  return data;
}

constexpr const char* kScript = R"(set ylabel {title} textcolor rgb "#33383d"
set yrange [{low:.6g}:{high:.6g}]
set ytics {tick:.6g}
set format y "%.{digits}f"
set xrange [0.4:{right:.1f}]
set xtics ({ticks}){rotate} scale 0 font ",11"
set bmargin {bottom}
# Blocks of the data: outline and cases of each region in turn, then mean and SD, then cases beyond the axis.
plot \
{plots}  data index {marks} using 1:2:3 with yerrorbars pointtype 7 pointsize 0 linewidth 1.6 linecolor rgb "#14181c", \
  data index {marks} using 1:2 with points pointtype 7 pointsize 0.8 linecolor rgb "#14181c", \
  data index {marks} using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb "#ffffff", \
  data index {beyond} using 1:2:4 with points pointtype variable pointsize 0.8 linecolor rgb "#14181c", \
  data index {beyond} using 1:2:3 with labels left offset 0.8,{label_shift} font ",10" textcolor rgb "#33383d"
)";

constexpr const char* kRegionPlots =
    R"(  data index {outline} using 1:2 with filledcurves closed fillcolor rgb "{colour}" fillstyle transparent solid 0.38 border linecolor rgb "{colour}", \
  data index {cases} using 1:2 with points pointtype 7 pointsize {dot} linecolor rgb "{dot_colour}", \
)";

}  // namespace

std::string region_colour(const ReportInput& input, std::string_view region) {
  const Label* label = input.labels.find(region);
  if (label == nullptr) return "#6b7480";
  const auto c = label_colour(label->value);
  return fmt::format("#{:02x}{:02x}{:02x}", c[0], c[1], c[2]);
}

Figure violin_figure(const ReportContents& contents) {
  const std::vector<std::string>& regions = contents.regions;
  const std::vector<CaseRow>& rows = contents.cases;
  const Metric& metric = contents.headline;
  std::vector<Violin> violins(regions.size());
  std::vector<statistics::MeanSd> moments(regions.size());
  for (std::size_t r = 0; r < regions.size(); ++r) {
    std::vector<double> values;
    for (const CaseRow& row : rows)
      if (!std::isnan(row.values[r])) values.push_back(row.values[r]);
    moments[r] = statistics::mean_sd(values);
    violins[r] = violin_of(std::move(values), metric.better);
  }
  const ViolinAxis axis = violin_axis(violins, metric);

  Figure figure;
  figure.name = "violin";
  figure.title = fmt::format("{} per region over {} cases", metric.title, rows.size());
  std::vector<std::string> names;
  for (const std::string& region : regions)
    names.push_back(shortened(one_line(region_title(region)), kLongestName));
  const bool many = regions.size() > 8 || std::any_of(names.begin(), names.end(), is_wide);
  figure.width =
      std::max(520, static_cast<int>(regions.size()) * (regions.size() > 8 ? 46 : 115) + 90);
  figure.height = many ? 480 : 420;

  std::vector<Tick> ticks;
  std::string plots, marks, beyond;
  for (std::size_t r = 0; r < regions.size(); ++r) {
    Violin& violin = violins[r];
    const double centre = static_cast<double>(r) + 1;
    if (violin.values.size() >= kCasesForDensity)
      violin.density =
          statistics::kernel_density(violin.values, axis.least, axis.most, 5 * kDensityPoints);
    if (!violin.density.value.empty()) {
      // Ends where the density does; a tail of no width would be a line.
      const double peak =
          *std::max_element(violin.density.value.begin(), violin.density.value.end());
      double from = axis.most, to = axis.least;
      for (std::size_t i = 0; i < violin.density.at.size(); ++i)
        if (violin.density.value[i] > 0.01 * peak) {
          from = std::min(from, violin.density.at[i]);
          to = std::max(to, violin.density.at[i]);
        }
      violin.density =
          statistics::kernel_density(violin.values, std::max(from, axis.low), to, kDensityPoints);
    }
    figure.data += region_data(violin, centre, axis);
    marks += fmt::format("{}\t{}\t{}\n", centre, format_number(moments[r].mean),
                         std::isnan(moments[r].sd) ? "0" : format_number(moments[r].sd));
    beyond += beyond_data(violin, centre, axis);
    const std::string text =
        many ? names[r]
             : tick_text(names[r]) + "\n" +
                   mean_and_sd(moments[r].mean, moments[r].sd, metric.decimals() - 1);
    ticks.push_back({centre, text});
    plots += fmt::format(
        kRegionPlots, fmt::arg("outline", 2 * r), fmt::arg("cases", 2 * r + 1),
        fmt::arg("dot", violin.density.at.empty() ? 0.5 : 0.28),
        fmt::arg("dot_colour", violin.density.at.empty() ? region_colour(contents.input, regions[r])
                                                         : std::string("#70202428")),
        fmt::arg("colour", region_colour(contents.input, regions[r])));
  }
  const bool has_density = std::any_of(violins.begin(), violins.end(),
                                       [](const Violin& v) { return !v.density.at.empty(); });
  figure.caption = fmt::format(
      "{} per region. {}mall dots: single cases; ring and bar: mean ± SD{}.", metric.header(),
      has_density ? "Width: density of the cases; s" : "S",
      beyond.empty() ? "" : "; triangle: cases beyond the axis, with the farthest value");
  figure.data += marks + "\n\n" + (beyond.empty() ? "NA\tNA\t\t11\n" : beyond);
  const int digits = axis.tick >= 1 ? 0 : axis.tick >= 0.1 ? (metric.decimals() - 1) : 2;
  figure.script = fmt::format(
      kScript, fmt::arg("title", gnuplot_text(metric.header())), fmt::arg("low", axis.low),
      fmt::arg("high", axis.high), fmt::arg("tick", axis.tick), fmt::arg("digits", digits),
      fmt::arg("label_shift", metric.better == Better::lower ? -0.5 : 0.5),
      fmt::arg("right", static_cast<double>(regions.size()) + 0.6),
      fmt::arg("ticks", tick_list(ticks)), fmt::arg("rotate", many ? " rotate by 40 right" : ""),
      fmt::arg("bottom", many ? 8 : 4.5), fmt::arg("plots", plots),
      fmt::arg("marks", 2 * regions.size()), fmt::arg("beyond", 2 * regions.size() + 1));
  return figure;
}

}  // namespace myoseg
