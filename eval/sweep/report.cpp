#include "eval/sweep/report.h"

#include <utility>

#include "core/files.h"
#include "core/log.h"
#include "eval/draw/table_text.h"
#include "eval/sweep/figures.h"
#include "eval/sweep/page.h"

namespace myoseg {

void write_sweep_report(SweepReportInput input) {
  const SweepContents contents(std::move(input));
  const std::filesystem::path& folder = contents.input.folder;
  write_file(folder / "table.csv", to_csv(contents.table));
  write_file(folder / "table.md", to_markdown(contents.readable));
  const std::filesystem::path figures = folder / "figures";
  const std::vector<PageChart> charts{
      page_chart("What each setting does", figures, main_effects_figure(contents)),
      page_chart("Every run through its settings", figures, parallel_figure(contents)),
      page_chart("Score and cost", figures, cost_figure(contents))};
  write_file(folder / "report.html", sweep_page(contents, charts));
  log::info("Report of the sweep: {}", (folder / "report.html").string());
}

}  // namespace myoseg
