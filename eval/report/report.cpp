#include "eval/report/report.h"

#include <utility>

#include "core/files.h"
#include "core/log.h"
#include "eval/draw/embedded.h"
#include "eval/draw/readable.h"
#include "eval/report/main_table.h"
#include "eval/report/page.h"
#include "eval/report/tables.h"

namespace myoseg {
namespace {

void require_metric(Fields& f, const std::string& name, const char* key) {
  f.require(name.empty() || is_metric(name), not_a_metric(name, key));
}

// Region names as they are read, for the tables that go into a text.
Table titled(Table table) {
  for (auto& row : table.rows) row[0] = region_title(row[0]);
  table.columns[0] = "Region";
  table.columns[2] = "Missed";
  return table;
}

void write_tables(const ReportContents& contents) {
  const std::filesystem::path folder = contents.input.folder / "tables";
  const std::vector<ScoreStatistics>& all = contents.statistics;
  const Table table = main_table(contents);
  write_table(folder / "table1", table, titled(table), table_notes(contents));
  write_table(folder / "table2", statistics_table(all), readable_statistics_table(all),
              statistics_notes(all));
  write_file(folder / "volume_correlation.csv", to_csv(volume_correlation_table(contents.volumes)));
  write_file(folder / "cases.csv", to_csv(cases_table(contents)));
  write_file(folder / "summary.csv", to_csv(summary_table(contents.summaries)));
}

}  // namespace

void describe(Fields& f, ReportOptions& o) {
  f("title", o.title, "Title of the report.");
  f("paper", o.paper, "Citation of the paper whose experiment this is.");
  f("metrics", o.metrics, "Columns of the main table, of the metrics that are computed.");
  f("regions", o.regions, "Rows of the main table in order; empty: unions, then labels.");
  f("paper_values", o.paper_values, "Numbers that the paper printed, to stand beside ours.");
  f("notes", o.notes, "Remarks on the paper's numbers, printed under the main table.");
  f("headline", o.headline, "Metric of the violin plot, of the table of cases and of the ranking.");
  f("headline_region", o.headline_region,
    "Region that ranks the cases; a name that is no region: the mean of all regions.");
  f("agreement", o.agreement,
    "Quantities whose agreement with the labels is shown: volume_ml, mean_hu, lean_muscle_ml, "
    "fat_ml ... (columns of quantities.csv).");
  f("views", o.views, kAny.added_with(Node(Node::List{Node("axial")})),
    "Rows of a case's picture: axial, coronal: the plane with the most labelled voxels; surface: "
    "truth and prediction shaded, from the front.");
  f("window_hu", o.window_hu, kAny.in("HU").added_with(Node(Node::List{Node(-160.0), Node(240.0)})),
    "What is black and white in a case's picture; null: the scan's least and largest value, as for "
    "radiographs.");
  f("case_overlays", o.case_overlays, kNonNegative,
    "Cases whose picture is in the page: best, median and worst, those with findings, then the "
    "worst.");
  f.require(!o.window_hu || (*o.window_hu)[0] < (*o.window_hu)[1], "window_hu must rise");
  f.require(!o.views.empty(), "views must name at least one view");
  f.require(!o.metrics.empty(), "metrics must name at least one metric");
  for (const std::string& name : o.metrics) require_metric(f, name, "metrics");
  require_metric(f, o.headline, "headline");
}

void write_report(const ReportContents& contents) {
  const ReportInput& input = contents.input;
  const std::filesystem::path folder = input.folder / "figures";
  write_tables(contents);
  ReportParts parts;
  parts.notices = notices(contents);
  parts.violin = page_chart("Distribution over cases", folder, violin_figure(contents));
  parts.curves = page_chart("Training", folder, curves_figure(input));
  const auto shown = shown_cases(contents.cases, contents.headline, parts.notices,
                                 static_cast<std::size_t>(contents.options.case_overlays));
  for (CasePicture& picture : case_pictures(input, contents.options, shown, folder)) {
    if (!picture.shown.rank.empty()) parts.ranked.push_back({picture, image_uri(picture.png)});
    const std::string small = image_uri(picture.small);
    parts.cases.push_back({std::move(picture), small});
  }
  write_file(input.folder / "report.html", report_page(contents, parts));
  log::info("Report: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
