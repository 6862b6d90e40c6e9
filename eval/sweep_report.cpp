#include "eval/sweep_report.h"

#include <utility>

#include "core/files.h"
#include "core/log.h"
#include "eval/page.h"
#include "eval/report.h"
#include "eval/sweep_figures.h"
#include "eval/sweep_report_page.h"
#include "eval/sweep_report_tables.h"

namespace myoseg {

void write_sweep_report(const SweepReportInput& input) {
  write_file(input.folder / "table.csv", to_csv(sweep_table(input)));
  write_file(input.folder / "table.md", to_markdown(readable_sweep_table(input)));
  std::vector<SweepChart> charts;
  for (const auto& [title, figure] :
       {std::pair{"What each setting does", main_effects_figure(input)},
        std::pair{"Every run through its settings", parallel_figure(input)},
        std::pair{"Score and cost", cost_figure(input)}}) {
    const bool drawn = !figure.script.empty();
    charts.push_back({title, drawn ? figure_markup(input.folder / "figures", figure) : "",
                      figure.caption, figure.width});
  }
  write_file(input.folder / "report.html", sweep_page(input, charts));
  log::info("Report of the sweep: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
