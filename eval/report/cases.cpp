#include "eval/report/cases.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/names.h"
#include "eval/draw/page.h"
#include "eval/draw/readable.h"

namespace myoseg {
namespace {

std::string fold_text(int fold) { return fold < 0 ? "–" : std::to_string(fold); }
std::string sheet_name(std::size_t case_number) { return fmt::format("case-{}", case_number + 1); }

// The scores of the stage that counts by fold, case, region and metric.
using Values = std::map<std::tuple<int, std::string, std::string, std::string>, double>;
Values values_of(const ReportContents& contents) {
  Values values;
  for (const Score& s : contents.input.scores)
    if (s.stage == contents.stage) values[{s.fold, s.case_id, s.region, s.metric}] = s.value;
  return values;
}

std::vector<const Notice*> notices_of(const CaseRow& row, const std::vector<Notice>& notices) {
  std::vector<const Notice*> found;
  for (const Notice& n : notices)
    if (n.case_id == row.case_id && n.fold == row.fold) found.push_back(&n);
  return found;
}

PageTable every_case(const ReportContents& contents, const std::vector<Notice>& notices) {
  const std::vector<CaseRow>& rows = contents.cases;
  const std::vector<std::string>& regions = contents.regions;
  PageTable table;
  table.caption = fmt::format(
      "{} of each region. A case's name opens its scores and its picture, a column's head sorts. "
      "Marked: a finding, see the case.",
      contents.headline.header());
  table.columns = {{"Case", "name"}, {"Fold"}};
  for (const std::string& region : regions) table.columns.push_back({region_title(region)});
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto found = notices_of(rows[r], notices);
    auto& cells = table.rows.emplace_back();
    cells = {{.text = rows[r].case_id, .link = "#" + sheet_name(r)}, {fold_text(rows[r].fold)}};
    for (std::size_t i = 0; i < regions.size(); ++i) {
      const bool worry = std::any_of(found.begin(), found.end(),
                                     [&](const Notice* n) { return n->region == regions[i]; });
      cells.push_back({fixed_text(rows[r].values[i], contents.headline.decimals()),
                       format_number(rows[r].values[i]), worry ? "worry" : ""});
    }
  }
  return table;
}

PageTable scores_of(const CaseRow& row, const std::vector<std::string>& regions,
                    const std::vector<Metric>& metrics, const Values& values) {
  PageTable table;
  table.columns = {{"Region", "name"}};
  for (const Metric& metric : metrics) table.columns.push_back({metric.header()});
  table.columns.push_back({"Truth (ml)"});
  table.columns.push_back({"Prediction (ml)"});
  for (const std::string& region : regions) {
    auto& cells = table.rows.emplace_back();
    cells.push_back({region_title(region)});
    const auto add = [&](std::string_view name, int decimals) {
      const auto found = values.find({row.fold, row.case_id, region, std::string(name)});
      const bool has_one = found != values.end() && !std::isnan(found->second);
      cells.push_back({has_one ? fixed_text(found->second, decimals) : "–",
                       has_one ? format_number(found->second) : "NA"});
    };
    for (const Metric& metric : metrics) add(metric.name, metric.decimals());
    add(kTruthVolume, 1);
    add(kPredictionVolume, 1);
  }
  return table;
}

std::string picture_markup(const CaseRow& row, const std::vector<EmbeddedPicture>& pictures) {
  for (const EmbeddedPicture& one : pictures) {
    const CasePicture& picture = one.picture;
    if (picture.shown.row.case_id != row.case_id || picture.shown.row.fold != row.fold) continue;
    if (one.uri.empty())
      return "<p class=\"fine\">No picture: " + escaped(picture.missing) + "</p>\n";
    return fmt::format(
        "<figure><img alt=\"Case {}: ground truth, prediction\" src=\"{}\" loading=\"lazy\">"
        "<figcaption>{}: ground truth on the left, prediction on the right.</figcaption>"
        "</figure>\n",
        escaped(row.case_id), one.uri, region_title(views_text(picture)));
  }
  return "";
}

std::string findings_markup(const std::vector<const Notice*>& notices) {
  if (notices.empty()) return "";
  std::string markup = "<ul class=\"findings\">";
  for (const Notice* n : notices)
    markup += fmt::format("<li><b>{}</b> · {}: {}</li>", escaped(region_title(n->kind)),
                          escaped(region_title(n->region)), escaped(n->sentence));
  return markup + "</ul>\n";
}

}  // namespace

std::string key_markup(const ReportInput& input, const std::vector<EmbeddedPicture>& pictures) {
  std::set<std::uint8_t> seen;
  for (const EmbeddedPicture& one : pictures)
    seen.insert(one.picture.labels.begin(), one.picture.labels.end());
  std::string markup = "<ul class=\"key\">";
  for (const Label& label : input.labels.labels)
    if (seen.contains(label.value))
      markup += fmt::format("<li><i style=\"background:{}\"></i>{}</li>",
                            region_colour(input, label.name), escaped(region_title(label.name)));
  return markup + "</ul>\n";
}

std::string views_text(const CasePicture& picture) {
  std::vector<std::string> parts;
  for (const View view : picture.views)
    parts.push_back(view == View::axial     ? fmt::format("slice {}", picture.slice + 1)
                    : view == View::coronal ? fmt::format("coronal plane {}", picture.coronal + 1)
                                            : std::string("surfaces from the front"));
  return join(parts);
}

std::string views_note(const CasePicture& picture, const ReportOptions& options) {
  const auto number = [](double value) {
    const std::string digits = format_number(std::abs(value));
    return value < 0 ? "−" + digits : digits;
  };
  const auto& window = options.window_hu;
  const std::string plane = fmt::format(
      "with the most labelled voxels; {}, the patient's right on the left, cropped to the body",
      window ? fmt::format("window {} to {} HU", number((*window)[0]), number((*window)[1]))
             : "from black, the scan's least value, to white, its largest");
  const auto has = [&](View view) {
    return std::find(picture.views.begin(), picture.views.end(), view) != picture.views.end();
  };
  std::vector<std::string> parts;
  if (has(View::axial) && has(View::coronal))
    parts.push_back(fmt::format("its slice and its coronal plane {}", plane));
  else if (has(View::axial) || has(View::coronal))
    parts.push_back(fmt::format("its {} {}", has(View::axial) ? "slice" : "coronal plane", plane));
  if (has(View::surface))
    parts.emplace_back("the surfaces of its labels from the front, without a scan");
  return join(parts, "; ");
}

std::string cases_markup(const ReportContents& contents, const std::vector<Notice>& notices,
                         const std::vector<EmbeddedPicture>& pictures) {
  const ReportOptions& options = contents.options;
  const Metric& headline = contents.headline;
  const Values values = values_of(contents);
  std::vector<Metric> metrics;
  for (const std::string& name : options.metrics) metrics.push_back(find_metric(name));
  if (std::find(options.metrics.begin(), options.metrics.end(), options.headline) ==
      options.metrics.end())
    metrics.insert(metrics.begin(), headline);
  std::string sheets = pictures.empty() ? "" : key_markup(contents.input, pictures);
  for (std::size_t r = 0; r < contents.cases.size(); ++r) {
    const CaseRow& row = contents.cases[r];
    const auto found = notices_of(row, notices);
    const std::string worry = found.empty()
                                  ? ""
                                  : fmt::format(" · <span class=\"worry\">{} finding{}</span>",
                                                found.size(), found.size() == 1 ? "" : "s");
    sheets += fmt::format(
        "<details class=\"sheet\" id=\"{}\"><summary><b>{}</b> · {}{} {}{}</summary>\n"
        "{}<div class=\"pair\">\n{}<div>\n{}</div>\n</div></details>\n",
        sheet_name(r), escaped(row.case_id),
        row.fold < 0 ? "" : fmt::format("fold {} · ", row.fold), escaped(headline.title),
        fixed_text(row.rank_value, headline.decimals()), worry, findings_markup(found),
        picture_markup(row, pictures),
        table_markup(scores_of(row, contents.regions, metrics, values)));
  }
  return section_markup("Every case", table_markup(every_case(contents, notices))) +
         section_markup(
             "Case by case",
             "<p class=\"caption\">Each case with its scores, its findings and, of some, "
             "its picture; what is open is printed.</p>\n" +
                 sheets,
             false, "sheets");
}

}  // namespace myoseg
