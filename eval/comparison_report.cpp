// Writes a comparison of runs into its folder.
#include "core/files.h"
#include "core/log.h"
#include "eval/comparison_figures.h"
#include "eval/comparison_page.h"
#include "eval/comparison_tables.h"
#include "eval/table_text.h"

namespace myoseg {
void write_comparison(const ComparisonInput& input, const ComparisonOptions& options,
                      const RunComparison& comparison) {
  const auto notes = comparison_notes(input, options, comparison);
  write_table(input.folder / "tables/runs", runs_table(input, comparison),
              readable_runs_table(input, comparison), notes);
  write_table(input.folder / "tables/pairs", pairs_table(input, comparison),
              readable_pairs_table(input, options, comparison), notes);
  const std::filesystem::path folder = input.folder / "figures";
  const std::vector<PageChart> charts{
      page_chart("Paired differences", folder, forest_figure(input, options, comparison)),
      page_chart("Every run in every region", folder, heat_map_figure(input, comparison))};
  write_file(input.folder / "report.html", comparison_page(input, options, comparison, charts));
  log::info("Comparison: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
