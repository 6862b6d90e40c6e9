#include "eval/agreement/page.h"

#include <fmt/core.h>

#include "core/files.h"
#include "core/log.h"
#include "eval/agreement/figures.h"
#include "eval/draw/page.h"
#include "eval/draw/readable.h"
#include "eval/draw/table_text.h"
#include "eval/measure/summaries.h"

namespace myoseg {
namespace {

using statistics::Estimate;
using statistics::Interval;

constexpr const char* kDrawn = "volume_ml";
constexpr std::size_t kMostFigures = 12;

std::string text(const Estimate& estimate, int decimals) {
  return fixed_text(estimate.value, decimals);
}
// Decimals that show the spread of the differences with three digits.
int decimals_for(const Estimate& sd) {
  if (!sd.defined() || sd.value >= 100) return 1;
  return sd.value >= 1 || sd.value == 0 ? 2 : sd.value >= 0.01 ? 3 : 5;
}

std::string joined_readers(const std::vector<std::string>& readers) {
  std::string all = readers.front();
  for (std::size_t r = 1; r < readers.size(); ++r)
    all += (r + 1 == readers.size() ? " and " : ", ") + readers[r];
  return all;
}

// The cells that a row of either table begins with.
std::vector<PageCell> named(const Agreement& agreement) {
  return {{quantity_title(agreement.ratings.quantity)},
          {region_title(agreement.ratings.region)},
          {std::to_string(agreement.ratings.cases.size())}};
}

PageCell number_cell(const Estimate& estimate, int decimals) {
  return {.text = text(estimate, decimals),
          .exact = format_number(estimate.value),
          .hint = estimate.reason};
}

PageTable icc_page_table(const AgreementReport& report) {
  PageTable table;
  table.caption = fmt::format(
      "{} over the cases in which every reader has a value; a region that no reader has in a case "
      "is no measurement.",
      icc_name(report.form));
  table.columns = {
      {"Quantity"}, {"Region", "name"}, {"n"}, {std::string(icc_name(report.form))}, {"95 % CI"}};
  for (const Agreement& agreement : report.agreements) {
    const statistics::IccEstimate& estimate = agreement.icc[report.form];
    auto& row = table.rows.emplace_back(named(agreement));
    row.push_back(number_cell(estimate.value, 3));
    row.push_back({interval_text(estimate.ci, 3), format_number(estimate.ci.low)});
  }
  return table;
}

PageTable pairs_page_table(const AgreementReport& report) {
  const bool many = report.readers.size() > 2;
  PageTable table;
  table.caption =
      many ? std::string("Every pair of readers; differences are the first minus the second.")
           : fmt::format("Differences are {} minus {}.", report.readers.front(),
                         report.readers.back());
  table.columns = {{"Quantity"}, {"Region", "name"}, {"n"}};
  if (many) table.columns.push_back({"Readers", "name"});
  for (const char* name :
       {"Lin's CCC", "Pearson's r", "Bias", "95 % CI", "Limits of agreement", "p of slope"})
    table.columns.push_back({name});
  for (const Agreement& agreement : report.agreements)
    for (const PairAgreement& pair : agreement.pairs) {
      const statistics::BlandAltman& limits = pair.limits;
      const int decimals = decimals_for(limits.sd);
      auto& row = table.rows.emplace_back(named(agreement));
      if (many) row.push_back({report.readers[pair.first] + " − " + report.readers[pair.second]});
      row.push_back(number_cell(pair.lin.ccc, 3));
      row.push_back(number_cell(pair.pearson.coefficient, 3));
      row.push_back(number_cell(limits.bias, decimals));
      row.push_back({interval_text(limits.ci_bias, decimals), format_number(limits.ci_bias.low)});
      row.push_back({limits.lower.defined()
                         ? interval_text(Interval(limits.lower.value, limits.upper.value), decimals)
                         : "–",
                     format_number(limits.lower.value)});
      row.push_back({p_value_text(limits.slope.p), format_number(limits.slope.p.value)});
    }
  table.notes = {
      "A dash: not defined; tables/icc.csv and tables/pairs.csv say why and hold all six forms of "
      "the ICC and every interval.",
      "Limits of agreement: bias ± 1.96 SD of the differences (Bland & Altman 1986). A small p of "
      "slope: the differences change with the size."};
  return table;
}

// The table's markup, after it was written as files.
std::string written(const std::filesystem::path& stem, const Table& exact, const PageTable& table) {
  std::vector<std::string> notes{table.caption};
  notes.insert(notes.end(), table.notes.begin(), table.notes.end());
  write_table(stem, exact, texts_of(table), notes);
  return table_markup(table);
}

// What cannot be drawn is left out with its reason; more than a page takes are only counted.
std::string figures_markup(const AgreementReport& report, const std::filesystem::path& folder) {
  std::string markup;
  std::size_t drawn = 0, undrawn = 0;
  for (const Agreement& agreement : report.agreements) {
    if (agreement.ratings.quantity != kDrawn) continue;
    for (const PairAgreement& pair : agreement.pairs) {
      if (drawn == kMostFigures) {
        ++undrawn;
        continue;
      }
      const PageChart chart = page_chart("", folder, agreement_figure(report, agreement, pair));
      if (!chart.markup.empty()) ++drawn;
      markup += "<div class=\"block\">" + figure_markup(chart) + "</div>\n";
    }
  }
  if (undrawn > 0)
    markup +=
        notes_markup({fmt::format("{} more are in tables/pairs.csv and not drawn.", undrawn)});
  return markup;
}

}  // namespace

std::string agreement_sections(const AgreementReport& report, const std::filesystem::path& folder) {
  const std::string title = "Agreement of " + joined_readers(report.readers);
  return section_markup(
      title, written(folder / "tables/icc", icc_table(report), icc_page_table(report)) +
                 written(folder / "tables/pairs", pairs_table(report), pairs_page_table(report)) +
                 figures_markup(report, folder / "figures"));
}

Table overlap_table(const AgreementPage& page) {
  Table table;
  table.columns = {"readers", "region", "n"};
  for (const std::string& metric : page.shown)
    table.columns.push_back(find_metric(metric).header());
  std::vector<std::string> runs;
  for (const Score& score : page.scores)
    if (runs.empty() || runs.back() != score.run) runs.push_back(score.run);
  for (const std::string& run : runs) {
    std::vector<Score> of_run;
    for (const Score& score : page.scores)
      if (score.run == run) of_run.push_back(score);
    const std::vector<Summary> summaries = summarise(of_run);
    std::vector<std::string> row;
    for (const Summary& summary : summaries) {
      if (summary.metric != page.shown.front()) continue;
      row = {run, summary.region, std::to_string(summary.n)};
      for (const std::string& metric : page.shown) {
        const Summary* found = find_summary(summaries, summary.region, summary.stage, metric);
        row.push_back(found == nullptr ? "–" : mean_and_sd(found->mean, found->sd));
      }
      table.rows.push_back(row);
    }
  }
  return table;
}

void write_agreement_page(const AgreementPage& input) {
  const Table overlaps = overlap_table(input);
  PageTable table = page_table(overlaps, 2);
  table.caption =
      "Mean ± SD over the cases that have a value; the first reader stands for the prediction, the "
      "second for the truth.";
  for (std::size_t c = 0; c < 2; ++c) table.columns[c].name = region_title(overlaps.columns[c]);
  for (auto& row : table.rows) row[1].text = region_title(row[1].text);
  Page page;
  page.title = "Inter-rater agreement";
  page.data_note = input.data_note;
  page.body = section_markup("Overlap and distance",
                             written(input.folder / "tables/overlap", overlaps, table), true) +
              agreement_sections(input.agreement, input.folder);
  page.provenance = input.provenance;
  write_file(input.folder / "report.html", page_markup(page));
  log::info("Report: {}", (input.folder / "report.html").string());
}

}  // namespace myoseg
