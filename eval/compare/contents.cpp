#include "eval/compare/contents.h"

#include <utility>

#include "core/files.h"
#include "core/log.h"
#include "eval/compare/figures.h"
#include "eval/compare/page.h"
#include "eval/compare/tables.h"
#include "eval/draw/table_text.h"

namespace myoseg {

ComparisonContents comparison_contents(ComparisonInput input, ComparisonOptions options) {
  ComparisonContents contents;
  const RunComparison& comparison = contents.comparison = compare_runs(input, options);
  contents.runs = runs_table(input, comparison);
  contents.pairs = pairs_table(input, comparison);
  contents.volumes = volumes_table(input, comparison);
  contents.readable_runs = readable_runs_table(input, comparison);
  contents.readable_pairs = readable_pairs_table(input, options, comparison);
  contents.readable_volumes = readable_volumes_table(input, comparison);
  contents.notes = comparison_notes(input, options, comparison);
  contents.input = std::move(input);
  contents.options = std::move(options);
  return contents;
}

void write_comparison(const ComparisonContents& contents) {
  const std::filesystem::path& folder = contents.input.folder;
  write_table(folder / "tables/runs", contents.runs, contents.readable_runs, contents.notes);
  write_table(folder / "tables/pairs", contents.pairs, contents.readable_pairs, contents.notes);
  write_table(folder / "tables/volumes", contents.volumes, contents.readable_volumes,
              {volume_correlation_note()});
  const std::filesystem::path figures = folder / "figures";
  const std::vector<PageChart> charts{
      page_chart("Paired differences", figures,
                 forest_figure(contents.input, contents.options, contents.comparison)),
      page_chart("Every run in every region", figures,
                 heat_map_figure(contents.input, contents.comparison))};
  write_file(folder / "report.html", comparison_page(contents, charts));
  log::info("Comparison: {}", (folder / "report.html").string());
}

}  // namespace myoseg
