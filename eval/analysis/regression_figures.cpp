#include "eval/analysis/regression_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "eval/draw/pair_figure.h"
#include "eval/draw/plot_range.h"
#include "eval/statistics/distributions.h"

namespace myoseg {
namespace {

// One case of the fit.
struct ResidualPoint {
  double fitted = 0, residual = 0, studentized = 0;
  double normal = 0;  // quantile of its rank
  std::string id;
};

// By rank of the studentised residual; those that have none are left out. The probability of rank i
// of n is (i - a) / (n + 1 - 2a) with a = 3/8 up to ten, else 1/2, as R's ppoints.
std::vector<ResidualPoint> points_of(const RegressionData& data, const FittedRegression& fitted) {
  const statistics::Regression& fit = fitted.fit;
  std::vector<ResidualPoint> points;
  for (std::size_t i = 0; i < fit.residuals.size(); ++i)
    if (fit.studentized[i].defined())
      points.push_back({fit.fitted[i], fit.residuals[i], fit.studentized[i].value, 0,
                        data.cases[fitted.cases[i]].id});
  std::stable_sort(points.begin(), points.end(),
                   [](const auto& a, const auto& b) { return a.studentized < b.studentized; });
  const auto n = static_cast<double>(points.size());
  const double a = n <= 10 ? 3.0 / 8 : 0.5;
  for (std::size_t i = 0; i < points.size(); ++i)
    points[i].normal =
        statistics::normal_quantile((static_cast<double>(i + 1) - a) / (n + 1 - 2 * a));
  return points;
}

PlotRange range_of(const std::vector<ResidualPoint>& points, double ResidualPoint::*value,
                   bool with_zero) {
  double low = with_zero ? 0 : points.front().*value, high = low;
  for (const ResidualPoint& point : points) {
    low = std::min(low, point.*value);
    high = std::max(high, point.*value);
  }
  return padded(low, high);
}

// Settings of one panel between two places of the screen.
std::string panel(double left, double right, const PlotRange& x, const PlotRange& y,
                  const std::string& x_title, const std::string& y_title) {
  return fmt::format(
      "set lmargin at screen {}\nset rmargin at screen {}\nset tmargin at screen 0.93\nset bmargin "
      "at screen 0.15\nset xrange [{}:{}]\nset yrange [{}:{}]\nset xlabel {}\nset ylabel {}\nset "
      "xtics {}\nset ytics {}\n",
      left, right, format_number(x.low), format_number(x.high), format_number(y.low),
      format_number(y.high), gnuplot_text(x_title), gnuplot_text(y_title), tick_step(x),
      tick_step(y));
}

Figure residuals_figure(const RegressionData& data, const std::vector<ResidualPoint>& points) {
  Figure figure;
  figure.name = "regression_residuals";
  figure.title = fmt::format("Residuals of the regression of {}", data.response);
  figure.width = 900;
  figure.height = 360;
  figure.data = "# fitted\tresidual\tnormal quantile\tstudentised residual\tcase\n";
  for (const ResidualPoint& point : points)
    figure.data += fmt::format("{}\t{}\t{}\t{}\t{}\n", format_number(point.fitted),
                               format_number(point.residual), format_number(point.normal),
                               format_number(point.studentized), one_line(point.id));
  constexpr const char* kMarks =
      "with points pointtype 7 pointsize 0.6 linecolor rgb \"#551f5580\"\n";
  constexpr const char* kLine = "with lines linewidth 1.2 dashtype (6,4) linecolor rgb \"#8a8f94\"";
  figure.script =
      "set multiplot\nset xlabel textcolor rgb \"#33383d\" offset 0,0.3\nset ylabel textcolor rgb "
      "\"#33383d\"\n";
  figure.script += panel(0.105, 0.47, range_of(points, &ResidualPoint::fitted, false),
                         range_of(points, &ResidualPoint::residual, true),
                         data.response + ", fitted", "Residual") +
                   fmt::format("plot 0 {}, data using 1:2 {}", kLine, kMarks);
  figure.script += panel(0.615, 0.98, range_of(points, &ResidualPoint::normal, true),
                         range_of(points, &ResidualPoint::studentized, true), "Normal quantile",
                         "Studentised residual") +
                   fmt::format("plot x {}, data using 3:4 {}unset multiplot\n", kLine, kMarks);
  figure.caption = fmt::format(
      "Residuals of {} over {} cases. Left: against the fitted values. Right: normal Q-Q plot of "
      "the internally studentised residuals; dashed, where normal ones of unit variance would lie.",
      data.response, points.size());
  return figure;
}

Figure agreement_figure(const RegressionData& data, const PredictionAgreement& agreement) {
  PairPlot plot;
  const std::string from = agreement.from.empty() ? "" : " from the " + agreement.from;
  plot.name = "regression_agreement";
  if (!agreement.from.empty())
    plot.name += agreement.from.starts_with("manual") ? "_manual" : "_network";
  plot.title = fmt::format("{} as predicted{} against the truth", data.response, from);
  plot.about = fmt::format("{} of held-out cases, predicted{} against true,", data.response, from);
  plot.quantity = data.response;
  plot.first = "predicted";
  plot.second = "true";
  plot.cases = agreement.cases;
  plot.x = agreement.predicted;
  plot.y = agreement.measured;
  plot.limits = agreement.limits;
  return pair_figure(plot);
}

}  // namespace

std::vector<Figure> regression_figures(const RegressionData& data, const FittedRegression& fitted,
                                       const std::vector<PredictionAgreement>& agreements) {
  std::vector<Figure> figures;
  if (fitted.why.empty())
    if (const std::vector<ResidualPoint> points = points_of(data, fitted); !points.empty())
      figures.push_back(residuals_figure(data, points));
  for (const PredictionAgreement& one : agreements)
    if (Figure figure = agreement_figure(data, one); !figure.script.empty())
      figures.push_back(std::move(figure));
  return figures;
}

}  // namespace myoseg
