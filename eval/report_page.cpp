#include "eval/report_page.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <kainjow/mustache.hpp>
#include <set>

#include "eval/metrics.h"
#include "eval/page.h"
#include "eval/report_headline.h"

namespace myoseg {
namespace {

using kainjow::mustache::data;

constexpr std::size_t kNoticesShown = 12;

std::string fold_text(int fold) { return fold < 0 ? "–" : std::to_string(fold); }

std::string value_text(double value) {
  return std::isnan(value) ? "–" : fmt::format("{:.3f}", value);
}

void set_headline(data& page, const ReportInput& input, const ReportOptions& options) {
  data list(data::type::list);
  for (const HeadlineNumber& number : headline_numbers(input, options)) {
    data d;
    d.set("name", number.name);
    d.set("value", number.value);
    if (!number.spread.empty()) d.set("spread", number.spread);
    d.set("about", number.about);
    list << d;
  }
  page.set("numbers", list);
}

void set_main_table(data& page, const ReportInput& input, const ReportOptions& options) {
  const Table table = main_table(input, options);
  data metrics(data::type::list), rows(data::type::list), notes(data::type::list);
  std::vector<bool> paper_column(table.columns.size(), false);
  std::size_t column = 3;
  for (const std::string& name : options.metrics) {
    const bool has_paper = has_paper_values(options, name);
    data d;
    d.set("title", std::string(find_metric(name).title));
    d.set("source", data_name(input));
    d.set("span", has_paper ? "2" : "1");
    d.set("has_paper", has_paper);
    metrics << d;
    column += has_paper ? 2 : 1;
    if (has_paper) paper_column[column - 1] = true;
  }
  for (const auto& cells : table.rows) {
    data row, list(data::type::list);
    row.set("region", region_title(cells[0]));
    row.set("n", cells[1]);
    row.set("missed", cells[2]);
    row.set("worry", cells[2] != "0");
    for (std::size_t i = 3; i < cells.size(); ++i) {
      data cell;
      cell.set("text", cells[i]);
      cell.set("is_paper", static_cast<bool>(paper_column[i]));
      list << cell;
    }
    row.set("cells", list);
    rows << row;
  }
  for (const std::string& note : table_notes(input, options)) notes << data(note);
  page.set("metrics", metrics);
  page.set("rows", rows);
  page.set("notes", notes);
  page.set(
      "table_caption",
      fmt::format(
          "Mean ± SD over the test cases of all folds, on {}{}.", data_name(input),
          options.paper_values.empty() ? "" : ", beside what the paper printed for its own data"));
}

void set_notices(data& page, const std::vector<Notice>& all) {
  // One row per case and kind.
  struct Row {
    Notice first;
    std::string details;
  };
  std::vector<Row> rows;
  for (const Notice& notice : all) {
    const std::string detail = region_title(notice.region) + ": " + notice.sentence;
    const bool same = !rows.empty() && rows.back().first.kind == notice.kind &&
                      rows.back().first.case_id == notice.case_id &&
                      rows.back().first.fold == notice.fold;
    if (same)
      rows.back().details += "; " + detail;
    else
      rows.push_back({notice, detail});
  }
  data list(data::type::list);
  for (std::size_t i = 0; i < std::min(rows.size(), kNoticesShown); ++i) {
    data d;
    d.set("kind", region_title(rows[i].first.kind));
    d.set("case", rows[i].first.case_id);
    d.set("fold", fold_text(rows[i].first.fold));
    d.set("details", rows[i].details);
    list << d;
  }
  page.set("has_notices", !rows.empty());
  page.set("notices", list);
  std::string note =
      "Outlier: more than 1.5 interquartile ranges beyond the quartile of its region (judged from "
      "eight cases on).";
  if (rows.size() > kNoticesShown)
    note +=
        fmt::format(" {} more are marked in the table of every case.", rows.size() - kNoticesShown);
  page.set("notices_note", note);
}

void set_stages(data& page, const ReportInput& input, const ReportOptions& options) {
  data list(data::type::list);
  const std::vector<StageRow> rows = stage_rows(input, options);
  for (const StageRow& row : rows) {
    data d;
    d.set("region", region_title(row.region));
    d.set("n", std::to_string(row.final.n));
    d.set("raw", mean_and_sd(row.raw.mean, row.raw.sd));
    d.set("final", mean_and_sd(row.final.mean, row.final.sd));
    d.set("change", std::isnan(row.mean_change) ? "–" : signed_text(row.mean_change));
    list << d;
  }
  page.set("has_stages", !rows.empty());
  page.set("stages", list);
  page.set("stages_caption",
           fmt::format(
               "{} as the network predicted and after the configured post-processing; mean ± SD.",
               find_metric(options.headline).title));
}

void set_case_pictures(data& page, const ReportInput& input, const ReportOptions& options,
                       const ReportFigures& figures) {
  data cases(data::type::list), key(data::type::list);
  std::set<std::uint8_t> seen;
  const Metric& metric = find_metric(options.headline);
  for (std::size_t c = 0; c < figures.cases.size(); ++c) {
    const CasePicture& picture = figures.cases[c];
    seen.insert(picture.labels.begin(), picture.labels.end());
    const CaseRow& row = picture.shown.row;
    std::string caption = fmt::format("{} · {} {:.3f} ({}) · slice {}", row.case_id, metric.title,
                                      row.rank_value, options.headline_region, picture.slice + 1);
    if (row.fold >= 0) caption += fmt::format(" · fold {}", row.fold);
    data d;
    d.set("rank", picture.shown.rank);
    d.set("caption", caption);
    d.set("alt", fmt::format("{} case {}: slice, ground truth, prediction", picture.shown.rank,
                             row.case_id));
    d.set("png", figures.case_uris[c]);
    cases << d;
  }
  for (const Label& label : input.labels.labels) {
    if (!seen.contains(label.value)) continue;
    data d;
    d.set("colour", region_colour(input, label.name));
    d.set("name", region_title(label.name));
    key << d;
  }
  page.set("has_cases", !figures.cases.empty());
  page.set("cases", cases);
  page.set("key", key);
  page.set(
      "cases_note",
      fmt::format(
          "Cases ranked by {} ({}). Each shows its slice with the most labelled voxels; window "
          "-160 to 240 HU, the patient's right on the left, cropped to the body.",
          metric.title, options.headline_region));
}

void set_every_case(data& page, const ReportInput& input, const ReportOptions& options,
                    const std::vector<CaseRow>& rows, const std::vector<Notice>& all) {
  const std::vector<std::string> regions = region_order(input, options);
  data columns(data::type::list), every(data::type::list);
  const auto column = [&](const std::string& name, bool text) {
    data d;
    d.set("name", name);
    d.set("text", text);
    columns << d;
  };
  column("Case", true);
  column("Fold", false);
  for (const std::string& region : regions) column(region_title(region), false);
  for (const CaseRow& row : rows) {
    data d, values(data::type::list);
    d.set("case", row.case_id);
    d.set("fold", fold_text(row.fold));
    for (std::size_t i = 0; i < regions.size(); ++i) {
      data cell;
      cell.set("text", value_text(row.values[i]));
      cell.set("exact", format_number(row.values[i]));
      cell.set("worry", std::any_of(all.begin(), all.end(), [&](const Notice& n) {
                 return n.case_id == row.case_id && n.fold == row.fold && n.region == regions[i];
               }));
      values << cell;
    }
    d.set("values", values);
    every << d;
  }
  page.set("columns", columns);
  page.set("every", every);
  page.set(
      "cases_caption",
      fmt::format(
          "{} of each region; press a column's head to sort. Marked: listed above under “What to "
          "look at”.",
          find_metric(options.headline).title));
}

}  // namespace

std::string report_page(const ReportInput& input, const ReportOptions& options,
                        const ReportFigures& figures) {
  const std::vector<CaseRow> rows = case_rows(input, options);
  data page;
  page.set("title", options.title);
  page.set("data", input.data_note);
  if (!options.paper.empty()) page.set("paper", options.paper);
  set_headline(page, input, options);
  set_main_table(page, input, options);
  const std::vector<Notice> all_notices = notices(input, options);
  set_notices(page, all_notices);
  set_stages(page, input, options);
  set_case_pictures(page, input, options, figures);
  set_every_case(page, input, options, rows, all_notices);

  page.set("sections", input.sections);
  page.set("style", kPageStyle);
  page.set("sort_script", kSortScript);
  page.set("violin", figures.violin);
  page.set("violin_caption", figures.violin_caption);
  page.set("has_curves", !figures.curves.empty());
  page.set("curves", figures.curves);
  page.set("curves_number", figures.cases.empty() ? "2" : "3");
  page.set("curves_caption", "Training loss, validation score and learning rate of every fold.");

  data origin(data::type::list);
  for (const auto& [name, value] : input.provenance) {
    data d;
    d.set("name", name);
    d.set("value", value);
    origin << d;
  }
  page.set("origin", origin);
  if (!input.config_yaml.empty()) page.set("config", input.config_yaml);
  kainjow::mustache::mustache layout{std::string(kReportTemplate)};
  return layout.render(page);
}

}  // namespace myoseg
