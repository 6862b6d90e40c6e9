#include "eval/report.h"

#include "core/files.h"
#include "core/log.h"
#include "eval/figures.h"
#include "eval/metrics.h"
#include "eval/report_page.h"
#include "eval/report_tables.h"
#include "eval/summaries.h"

namespace myoseg {
namespace {

std::vector<std::string> metric_names() {
  std::vector<std::string> names;
  for (const Metric& metric : metrics()) names.emplace_back(metric.name);
  return names;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned block = 0;
    for (std::size_t k = 0; k < 3; ++k)
      block = block << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += i + k > bytes.size() ? '=' : kDigits[block >> (18 - 6 * k) & 63];
  }
  return text;
}

// Region names as they are read, for the tables that go into a text.
Table titled(Table table) {
  for (auto& row : table.rows) row[0] = region_title(row[0]);
  table.columns[0] = "Region";
  table.columns[2] = "Missed";
  return table;
}

void write_tables(const ReportInput& input, const ReportOptions& options) {
  const std::filesystem::path folder = input.folder / "tables";
  const Table table = main_table(input, options);
  write_table(folder / "table1", table, titled(table), table_notes(input, options));
  write_file(folder / "cases.csv",
             to_csv(cases_table(case_rows(input, options), region_order(input, options))));
  write_file(folder / "summary.csv", to_csv(summary_table(summarise(input.scores))));
}

}  // namespace

void describe(Fields& f, PaperValue& o) {
  f("region", o.region, kAny.must_be_given(), "Region as this project names it.");
  f("metric", o.metric, one_of(metric_names()).must_be_given(), "Metric as this project names it.");
  f("mean", o.mean, kAny.must_be_given(), "Mean as printed.");
  f("sd", o.sd, kNonNegative, "Standard deviation as printed; 0 when the paper gives none.");
}

void describe(Fields& f, ReportOptions& o) {
  f("title", o.title, "Title of the report.");
  f("paper", o.paper, "Citation of the paper whose experiment this is.");
  f("metrics", o.metrics, one_of(metric_names()), "Columns of the main table.");
  f("regions", o.regions, "Rows of the main table in order; empty: unions, then labels.");
  f("paper_values", o.paper_values, "Numbers that the paper printed, to stand beside ours.");
  f("notes", o.notes, "Remarks on the paper's numbers, printed under the main table.");
  f("headline", o.headline, one_of(metric_names()),
    "Metric of the violin plot, of the table of cases and of the ranking.");
  f("headline_region", o.headline_region,
    "Region that ranks the cases; a name that is no region: the mean of all regions.");
  f.require(!o.metrics.empty(), "metrics must name at least one metric");
}

void write_report(const ReportInput& input, const ReportOptions& options) {
  write_tables(input, options);
  const std::filesystem::path folder = input.folder / "figures";
  ReportFigures figures;
  figures.violin = page_chart("Distribution over cases", folder, violin_figure(input, options));
  figures.curves = page_chart("Training", folder, curves_figure(input));
  const bool higher_is_better = find_metric(options.headline).best > 0;
  figures.cases =
      case_pictures(input, best_median_worst(case_rows(input, options), higher_is_better), folder);
  for (const CasePicture& picture : figures.cases)
    figures.case_uris.push_back("data:image/png;base64," + base64(read_file(picture.png)));
  write_file(input.folder / "report.html", report_page(input, options, figures));
  log::info("Report: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
