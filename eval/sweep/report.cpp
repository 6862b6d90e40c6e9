#include "eval/sweep/report.h"

#include "core/files.h"
#include "core/log.h"
#include "eval/draw/table_text.h"
#include "eval/sweep/figures.h"
#include "eval/sweep/page.h"
#include "eval/sweep/tables.h"

namespace myoseg {

void write_sweep_report(const SweepReportInput& input) {
  write_file(input.folder / "table.csv", to_csv(sweep_table(input)));
  write_file(input.folder / "table.md", to_markdown(readable_sweep_table(input)));
  const std::filesystem::path folder = input.folder / "figures";
  const std::vector<PageChart> charts{
      page_chart("What each setting does", folder, main_effects_figure(input)),
      page_chart("Every run through its settings", folder, parallel_figure(input)),
      page_chart("Score and cost", folder, cost_figure(input))};
  write_file(input.folder / "report.html", sweep_page(input, charts));
  log::info("Report of the sweep: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
