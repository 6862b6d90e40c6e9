// Learning curves of every training.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "eval/draw/axis.h"
#include "eval/report/figures.h"

namespace myoseg {
namespace {

struct Panel {
  std::string_view column, title;
  bool log_scale;
};
constexpr std::array kPanels{Panel{"loss", "Training loss", false},
                             Panel{"score", "Validation score", false},
                             Panel{"rate", "Learning rate", true}};

}  // namespace

Figure curves_figure(const ReportInput& input) {
  Figure figure;
  figure.name = "learning_curves";
  figure.title = fmt::format("Learning curves of {} trainings", input.learning_curves.size());
  figure.caption = "Training loss, validation score and learning rate of every training.";
  std::array<bool, kPanels.size()> has{};
  std::size_t longest = 0;
  for (const auto& [name, log] : input.learning_curves) {
    longest = std::max(longest, log.rows.size());
    const auto epoch = log.find_column("epoch");
    figure.data += fmt::format("# {}\n", name);
    for (std::size_t i = 0; i < log.rows.size(); ++i) {
      const double at = epoch ? number_or_nan(log.rows[i][*epoch]) : static_cast<double>(i);
      figure.data += format_number(at);
      for (std::size_t p = 0; p < kPanels.size(); ++p) {
        const auto column = log.find_column(kPanels[p].column);
        const double value =
            column ? number_or_nan(log.rows[i][*column]) : std::numeric_limits<double>::quiet_NaN();
        const bool drawable = std::isfinite(value) && (!kPanels[p].log_scale || value > 0);
        has[p] = has[p] || drawable;
        figure.data += "\t" + (drawable ? format_number(value) : std::string("NA"));
      }
      figure.data += "\n";
    }
    if (log.rows.empty()) figure.data += "NA\tNA\tNA\tNA\n";
    figure.data += "\n\n";
  }
  const auto panels = static_cast<int>(std::count(has.begin(), has.end(), true));
  if (panels == 0) return figure;
  figure.width = 320 * panels;
  figure.height = 300;
  const std::size_t folds = input.learning_curves.size();
  const double last_fold = std::max(1.0, static_cast<double>(folds) - 1);
  figure.script = "set xlabel \"Epoch\" textcolor rgb \"#33383d\"\n";
  figure.script +=
      fmt::format("set multiplot layout 1,{} margins {:.3f},0.985,0.21,0.87 spacing {:.3f}\n",
                  panels, 0.20 / panels, 0.24 / panels);
  bool first = true;
  for (std::size_t p = 0; p < kPanels.size(); ++p) {
    if (!has[p]) continue;
    figure.script += fmt::format("set title {} textcolor rgb \"#33383d\" offset 0,-0.4\n",
                                 gnuplot_text(std::string(kPanels[p].title)));
    if (kPanels[p].log_scale) figure.script += "set logscale y\nset format y \"%.0e\"\n";
    // One key is enough; it stands where curves of a falling loss leave room.
    if (first && folds > 1)
      figure.script +=
          "set key top right samplen 1.2 spacing 0.95 font \",10\" textcolor rgb \"#33383d\"" +
          std::string(folds > 5 ? " maxrows 5\n" : "\n");
    // A line of few points needs them to be seen at all.
    const char* style = kPanels[p].log_scale ? "steps"
                        : longest > 12       ? "lines"
                                             : "linespoints pointtype 7 pointsize 0.3";
    figure.script += "plot ";
    for (std::size_t i = 0; i < folds; ++i)
      figure.script += fmt::format(
          "{}data index {} using 1:{} with {} linewidth 1.3 linecolor rgb \"{}\" title {}",
          i == 0 ? "" : ", \\\n  ", i, p + 2, style,
          ramp_colour(static_cast<double>(i) / last_fold),
          gnuplot_text(input.learning_curves[i].name));
    figure.script += "\nset key off\n";
    first = false;
  }
  figure.script += "unset multiplot\n";
  return figure;
}

}  // namespace myoseg
