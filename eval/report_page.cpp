#include "eval/report_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "eval/metrics.h"
#include "eval/report_headline.h"

namespace myoseg {
namespace {

constexpr std::size_t kNoticesShown = 12;

std::string fold_text(int fold) { return fold < 0 ? "–" : std::to_string(fold); }

std::string value_text(double value) {
  return std::isnan(value) ? "–" : fmt::format("{:.3f}", value);
}

PageTable main_page_table(const ReportInput& input, const ReportOptions& options) {
  const Table table = main_table(input, options);
  PageTable shown;
  shown.name = "Table I.";
  shown.caption = fmt::format(
      "Mean ± SD over the test cases of all folds, on {}{}.", data_name(input),
      options.paper_values.empty() ? "" : ", beside what the paper printed for its own data");
  shown.columns = {{"Region", "name"}, {"n"}, {"Missed"}};
  for (const std::string& name : options.metrics) {
    const std::string title = find_metric(name).title;
    shown.columns.push_back({data_name(input), "", title});
    if (has_paper_values(options, name)) shown.columns.push_back({"paper", "paper", title});
  }
  for (const auto& cells : table.rows) {
    auto& row = shown.rows.emplace_back();
    for (const std::string& text : cells) row.push_back({text});
    row[0].text = region_title(cells[0]);
    if (cells[2] != "0") row[2].kind = "worry";
  }
  shown.notes = table_notes(input, options);
  return shown;
}

std::string notices_markup(const std::vector<Notice>& all) {
  constexpr const char* kTitle = "What to look at";
  if (all.empty())
    return section_markup(kTitle,
                          "<p class=\"fine\">No missed or false structure and no outlier.</p>\n");
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
      "eight cases on).");
  if (more > 0)
    table.notes.back() += fmt::format(" {} more are marked in the table of every case.", more);
  return section_markup(kTitle, table_markup(table), true);
}

std::string stages_markup(const ReportInput& input, const ReportOptions& options) {
  PageTable table;
  table.name = "Table II.";
  table.caption = fmt::format(
      "{} as the network predicted and after the configured post-processing; mean ± SD.",
      find_metric(options.headline).title);
  table.columns = {
      {"Region", "name"}, {"n"}, {"As predicted"}, {"After post-processing"}, {"Mean change"}};
  for (const StageRow& row : stage_rows(input, options))
    table.rows.push_back({{region_title(row.region)},
                          {std::to_string(row.final.n)},
                          {mean_and_sd(row.raw.mean, row.raw.sd)},
                          {mean_and_sd(row.final.mean, row.final.sd)},
                          {std::isnan(row.mean_change) ? "–" : signed_text(row.mean_change),
                           format_number(row.mean_change)}});
  if (table.rows.empty()) return "";
  return section_markup("Effect of post-processing", table_markup(table), true);
}

// The labels that the pictures show, with their colours.
std::string key_markup(const ReportInput& input, const std::vector<CasePicture>& pictures) {
  std::set<std::uint8_t> seen;
  for (const CasePicture& picture : pictures)
    seen.insert(picture.labels.begin(), picture.labels.end());
  std::string markup = "<ul class=\"key\">";
  for (const Label& label : input.labels.labels)
    if (seen.contains(label.value))
      markup += fmt::format("<li><i style=\"background:{}\"></i>{}</li>",
                            region_colour(input, label.name), escaped(region_title(label.name)));
  return markup + "</ul>\n";
}

std::string pictures_markup(const ReportInput& input, const ReportOptions& options,
                            const ReportFigures& figures, int number) {
  if (figures.cases.empty()) return "";
  const std::string metric = find_metric(options.headline).title;
  std::string markup = key_markup(input, figures.cases) +
                       "<div class=\"panels\"><span>Slice</span><span>Ground truth</span>"
                       "<span>Prediction</span></div>\n";
  for (std::size_t c = 0; c < figures.cases.size(); ++c) {
    const CasePicture& picture = figures.cases[c];
    const CaseRow& row = picture.shown.row;
    std::string caption = fmt::format("{} · {} {:.3f} ({}) · slice {}", row.case_id, metric,
                                      row.rank_value, options.headline_region, picture.slice + 1);
    if (row.fold >= 0) caption += fmt::format(" · fold {}", row.fold);
    markup += fmt::format(
        "<figure class=\"case\"><img alt=\"{0} case {1}: slice, ground truth, prediction\" "
        "src=\"{2}\">\n<figcaption><b>{0}</b> · {3}</figcaption></figure>\n",
        picture.shown.rank, escaped(row.case_id), figures.case_uris[c], escaped(caption));
  }
  markup += fmt::format(
      "<div class=\"notes\"><p><b>Figure {}.</b> Cases ranked by {} ({}). Each shows its slice "
      "with the most labelled voxels; window -160 to 240 HU, the patient's right on the left, "
      "cropped to the body.</p></div>\n",
      number, escaped(metric), escaped(options.headline_region));
  return section_markup("Best, median and worst case", markup);
}

std::string every_case_markup(const ReportInput& input, const ReportOptions& options,
                              const std::vector<Notice>& all) {
  const std::vector<std::string> regions = region_order(input, options);
  PageTable table;
  table.caption = fmt::format(
      "{} of each region; press a column's head to sort. Marked: listed above under “What to look "
      "at”.",
      find_metric(options.headline).title);
  table.columns = {{"Case", "name"}, {"Fold"}};
  for (const std::string& region : regions) table.columns.push_back({region_title(region)});
  for (const CaseRow& row : case_rows(input, options)) {
    auto& cells = table.rows.emplace_back();
    cells = {{row.case_id}, {fold_text(row.fold)}};
    for (std::size_t i = 0; i < regions.size(); ++i) {
      const bool worry = std::any_of(all.begin(), all.end(), [&](const Notice& n) {
        return n.case_id == row.case_id && n.fold == row.fold && n.region == regions[i];
      });
      cells.push_back(
          {value_text(row.values[i]), format_number(row.values[i]), worry ? "worry" : ""});
    }
  }
  return section_markup("Every case", table_markup(table));
}

}  // namespace

std::string report_page(const ReportInput& input, const ReportOptions& options,
                        const ReportFigures& figures) {
  const std::vector<Notice> all_notices = notices(input, options);
  int number = 1;
  Page page;
  page.title = options.title;
  page.data_note = input.data_note;
  page.paper = options.paper;
  page.numbers = headline_numbers(input, options);
  page.body =
      section_markup("Segmentation accuracy", table_markup(main_page_table(input, options)), true);
  page.body += notices_markup(all_notices);
  page.body += charts_markup({figures.violin}, number++);
  page.body += pictures_markup(input, options, figures, number);
  if (!figures.cases.empty()) ++number;
  page.body += stages_markup(input, options);
  if (!figures.curves.markup.empty()) page.body += charts_markup({figures.curves}, number++);
  page.body += input.sections + every_case_markup(input, options, all_notices);
  page.provenance = input.provenance;
  page.config_yaml = input.config_yaml;
  return page_markup(page);
}

}  // namespace myoseg
