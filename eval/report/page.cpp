#include "eval/report/page.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "eval/draw/readable.h"
#include "eval/report/headline.h"
#include "eval/report/main_table.h"
#include "eval/report/tables.h"

namespace myoseg {
namespace {

constexpr std::size_t kNoticesShown = 12;
constexpr std::size_t kLongList = 6;  // rows that may go over two printed pages

std::string fold_text(int fold) { return fold < 0 ? "–" : std::to_string(fold); }

PageTable main_page_table(const ReportContents& contents) {
  const std::string data = data_name(contents.input);
  const std::vector<MainColumn> columns = main_columns(contents);
  PageTable shown;
  shown.name = "Table I.";
  shown.caption = fmt::format(
      "Mean ± SD over {}, on {}{}.",
      contents.folds == 0   ? "all cases"
      : contents.folds == 1 ? "the test cases"
                            : "the test cases of all folds",
      data,
      std::none_of(columns.begin(), columns.end(),
                   [](const MainColumn& column) { return column.kind == MainColumn::Kind::paper; })
          ? ""
          : ", beside what the paper printed for its own data");
  shown.columns = {{"Region", "name"}, {"n"}, {"Missed"}};
  for (const MainColumn& column : columns) {
    const bool paper = column.kind == MainColumn::Kind::paper;
    const bool ours = column.kind == MainColumn::Kind::ours;
    shown.columns.push_back({paper  ? "paper"
                             : ours ? data
                                    : "penalised",
                             paper ? "paper" : "", column.header});
  }
  for (const auto& cells : main_rows(contents, columns)) {
    auto& row = shown.rows.emplace_back();
    for (const std::string& text : cells) row.push_back({text});
    row[0].text = region_title(cells[0]);
    if (cells[2] != "0" && cells[2] != "–") row[2].kind = "worry";
  }
  shown.notes = table_notes(contents);
  return shown;
}

std::string notices_markup(const std::vector<Notice>& all) {
  constexpr const char* kTitle = "What to look at";
  if (all.empty())
    return section_markup(
        kTitle, "<p class=\"fine\">No missed, false or truncated structure and no outlier.</p>\n");
  PageTable table;
  table.columns = {{"Finding", "name"}, {"Case", "text"}, {"Fold"}, {"Details", "text"}};
  // One row per case and kind.
  const Notice* last = nullptr;
  std::size_t more = 0;
  for (const Notice& notice : all) {
    const std::string detail = region_title(notice.region) + ": " + notice.sentence;
    const bool same = last != nullptr && last->kind == notice.kind &&
                      last->case_id == notice.case_id && last->fold == notice.fold;
    last = &notice;
    if (same && more == 0)
      table.rows.back().back().text += "; " + detail;
    else if (!same && table.rows.size() == kNoticesShown)
      ++more;
    else if (!same)
      table.rows.push_back(
          {{region_title(notice.kind)}, {notice.case_id}, {fold_text(notice.fold)}, {detail}});
  }
  table.notes.push_back(
      "Outlier: more than 1.5 interquartile ranges beyond the quartile of its region (judged from "
      "eight cases on), of the score or of the difference of volumes. Truncated: muscle lies "
      "outside the field of view, areas and volumes are too small.");
  if (more > 0)
    table.notes.back() += fmt::format(" {} more are marked in the table of every case.", more);
  return section_markup(kTitle, table_markup(table), table.rows.size() < kLongList);
}

// Every metric in every region, in full.
std::string statistics_markup(const ReportContents& contents) {
  const std::vector<ScoreStatistics>& all = contents.statistics;
  if (all.empty()) return "";
  const Table exact = statistics_table(all), readable = readable_statistics_table(all);
  PageTable table;
  table.name = "Table II.";
  table.caption = fmt::format("Every metric in every region, on {}.", data_name(contents.input));
  for (const std::string& name : readable.columns) table.columns.push_back({name});
  table.columns[0].kind = table.columns[1].kind = "text";
  for (std::size_t r = 0; r < all.size(); ++r) {
    auto& row = table.rows.emplace_back();
    for (const std::string& text : readable.rows[r]) row.push_back({text});
    if (all[r].missed > 0) row[3].kind = "worry";
    for (const auto& [column, name] :
         {std::pair{4, "mean"}, {5, "ci_low"}, {6, "median"}, {7, "penalised_mean"}})
      row[static_cast<std::size_t>(column)].exact = exact.rows[r][exact.column(name)];
    row[5].hint = all[r].ci.reason;
  }
  table.notes = statistics_notes(all);
  return section_markup("All metrics", table_markup(table));
}

std::string stages_markup(const ReportContents& contents) {
  const Metric& metric = contents.headline;
  const int digits = metric.decimals();
  PageTable table;
  table.name = "Table III.";
  table.caption = fmt::format(
      "{} as the network predicted and after the configured post-processing; mean ± SD.",
      metric.header());
  table.columns = {
      {"Region", "name"}, {"n"}, {"As predicted"}, {"After post-processing"}, {"Mean change"}};
  for (const StageRow& row : contents.stages)
    table.rows.push_back(
        {{region_title(row.region)},
         {std::to_string(row.final.n)},
         {mean_and_sd(row.raw.mean, row.raw.sd, digits), format_number(row.raw.mean)},
         {mean_and_sd(row.final.mean, row.final.sd, digits), format_number(row.final.mean)},
         {signed_text(row.mean_change, digits), format_number(row.mean_change)}});
  if (table.rows.empty()) return "";
  return section_markup("Effect of post-processing", table_markup(table), true);
}

std::string pictures_markup(const ReportContents& contents,
                            const std::vector<EmbeddedPicture>& pictures, int number) {
  if (pictures.empty()) return "";
  const Metric& metric = contents.headline;
  std::string markup = key_markup(contents.input, pictures) +
                       "<div class=\"panels\"><span>Slice</span><span>Ground truth</span>"
                       "<span>Prediction</span></div>\n";
  for (const auto& [picture, uri] : pictures) {
    const CaseRow& row = picture.shown.row;
    std::string caption =
        fmt::format("{} · {} {} ({})", row.case_id, metric.header(),
                    fixed_text(row.rank_value, metric.decimals()), contents.rank_region);
    if (row.fold >= 0) caption += fmt::format(" · fold {}", row.fold);
    if (uri.empty()) {
      markup += fmt::format("<p class=\"fine\"><b>{}</b> · {} · no picture: {}</p>\n",
                            picture.shown.rank, escaped(caption), escaped(picture.missing));
      continue;
    }
    markup += fmt::format(
        "<figure class=\"case\"><img alt=\"{0} case {1}: slice, ground truth, prediction\" "
        "src=\"{2}\">\n<figcaption><b>{0}</b> · {3} · {4}</figcaption></figure>\n",
        picture.shown.rank, escaped(row.case_id), uri, escaped(caption), views_text(picture));
  }
  markup += fmt::format(
      "<div class=\"notes\"><p><b>Figure {}.</b> Cases ranked by {} ({}). Each shows {}.</p></div>\n",
      number, escaped(metric.title), escaped(contents.rank_region),
      views_note(pictures.front().picture, contents.options));
  return section_markup("Best, median and worst case", markup);
}

}  // namespace

std::string report_page(const ReportContents& contents, const ReportParts& parts) {
  const ReportInput& input = contents.input;
  int number = 1;
  Page page;
  page.title = contents.options.title;
  page.data_note = input.data_note;
  page.paper = contents.options.paper;
  page.numbers = headline_numbers(contents);
  page.body =
      section_markup("Segmentation accuracy", table_markup(main_page_table(contents)), true);
  page.body += notices_markup(parts.notices);
  page.body += charts_markup({parts.violin}, number++);
  page.body += pictures_markup(contents, parts.ranked, number);
  if (!parts.ranked.empty()) ++number;
  page.body += statistics_markup(contents);
  page.body += stages_markup(contents);
  page.body += input.sections;
  if (!parts.curves.markup.empty()) page.body += charts_markup({parts.curves}, number++);
  page.body += cases_markup(contents, parts.notices, parts.cases);
  page.provenance = input.provenance;
  page.config_yaml = input.config_yaml;
  return page_markup(page);
}

}  // namespace myoseg
