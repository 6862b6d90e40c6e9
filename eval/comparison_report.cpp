// Writes a comparison of runs into its folder.
#include "core/files.h"
#include "core/log.h"
#include "eval/comparison_figures.h"
#include "eval/comparison_page.h"
#include "eval/comparison_tables.h"
#include "eval/page.h"
#include "eval/report.h"

namespace myoseg {
namespace {

// In LaTeX's usual text font '<' is another letter.
std::string latex(const Table& table) {
  std::string text;
  for (const char c : to_latex(table)) text += c == '<' ? std::string("$<$") : std::string(1, c);
  return text;
}

void write_table(const std::filesystem::path& stem, const Table& exact, const Table& readable,
                 const std::vector<std::string>& notes) {
  std::string markdown = to_markdown(readable), tex = latex(readable);
  for (const std::string& note : notes) {
    markdown += "\n" + note + "\n";
    tex += "% " + note + "\n";
  }
  write_file(stem.string() + ".csv", to_csv(exact));
  write_file(stem.string() + ".md", markdown);
  write_file(stem.string() + ".tex", tex);
}

}  // namespace

void write_comparison(const ComparisonInput& input, const ComparisonOptions& options,
                      const RunComparison& comparison) {
  const auto notes = comparison_notes(input, options, comparison);
  write_table(input.folder / "tables/runs", runs_table(input, comparison),
              readable_runs_table(input, comparison), notes);
  write_table(input.folder / "tables/pairs", pairs_table(input, comparison),
              readable_pairs_table(input, options, comparison), notes);
  std::vector<ComparisonChart> charts;
  for (const auto& [title, figure] :
       {std::pair{"Paired differences", forest_figure(input, options, comparison)},
        std::pair{"Every run in every region", heat_map_figure(input, comparison)}}) {
    const bool drawn = !figure.script.empty();
    charts.push_back({title, drawn ? figure_markup(input.folder / "figures", figure) : "",
                      figure.caption, figure.width});
  }
  write_file(input.folder / "report.html", comparison_page(input, options, comparison, charts));
  log::info("Comparison: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
