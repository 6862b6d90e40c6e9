#include "eval/analysis/group_findings.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "eval/draw/heat_map.h"
#include "eval/draw/readable.h"
#include "eval/statistics/cells.h"

namespace myoseg {
namespace {

using statistics::Estimate;

std::string reason_of(const Finding& one) {
  return statistics::reasons({one.r.coefficient.reason, one.r.ci.reason, one.r.p.reason});
}
std::string stratum_text(const std::string& stratum) { return stratum.empty() ? "all" : stratum; }

// "−0.83*"; "NA".
std::string cell_text(const Finding& one) {
  if (!one.r.coefficient.defined()) return "NA";
  const bool small = one.p_adjusted.defined() && one.p_adjusted.value < 0.05;
  return fixed_text(one.r.coefficient.value, 2) + (small ? "*" : "");
}

// "F (20 + 23)".
std::string stratum_head(const Stratum& stratum) {
  const auto with = std::count(stratum.has.begin(), stratum.has.end(), 1.0);
  return fmt::format("{} ({} + {})", stratum_text(stratum.name), with,
                     std::ssize(stratum.has) - with);
}

}  // namespace

Table exact_table(const GroupFindings& found) {
  Table table;
  table.columns = {"of", "stratum", "n",       "with", "without",    "mean_with", "mean_without",
                   "r",  "ci_low",  "ci_high", "p",    "p_adjusted", "note"};
  for (const Finding& one : found.findings) {
    std::vector<std::string> row{one.of, one.stratum};
    for (const std::size_t count : {one.with + one.without, one.with, one.without})
      row.push_back(std::to_string(count));
    for (const Estimate* e : {&one.mean_with, &one.mean_without, &one.r.coefficient})
      row.push_back(statistics::cell(*e));
    statistics::add_cells(row, one.r.ci);
    row.push_back(statistics::cell(one.r.p));
    row.push_back(statistics::cell(one.p_adjusted));
    row.push_back(reason_of(one));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table readable_table(const GroupFindings& found) {
  Table table;
  table.columns = {"Of",
                   found.strata.empty() ? "Cases" : region_title(found.strata),
                   "With " + found.condition.name,
                   "Without",
                   "r",
                   "95 % CI",
                   "p",
                   fmt::format("p, {}", adjustment_title(found.correction))};
  for (const Finding& one : found.findings)
    table.rows.push_back({region_title(one.of), stratum_text(one.stratum), std::to_string(one.with),
                          std::to_string(one.without), fixed_text(one.r.coefficient.value, 3),
                          interval_text(one.r.ci, 3), p_value_text(one.r.p),
                          p_value_text(one.p_adjusted)});
  return table;
}

std::vector<std::string> notes_of(const GroupFindings& found) {
  const Condition& condition = found.condition;
  const auto tests = std::count_if(found.findings.begin(), found.findings.end(),
                                   [](const Finding& one) { return one.r.p.defined(); });
  std::vector<std::string> notes{fmt::format(
      "r: point-biserial correlation, Pearson's r of the values{} with 1 and 0; below zero, cases "
      "with {} have the smaller ones. {} CI by Fisher's z. p corrected ({}) over {} correlations.",
      found.height.empty() ? "" : " divided by the square of " + found.height, condition.name,
      condition.coding, adjustment_title(found.correction), tests)};
  if (condition.left_out > 0)
    notes.push_back(fmt::format("Left out: {} case{} of which the condition{} is not known.",
                                condition.left_out, condition.left_out == 1 ? "" : "s",
                                found.strata.empty() ? "" : " or " + found.strata));
  for (const Finding& one : found.findings)
    if (const std::string why = reason_of(one); !why.empty())
      notes.push_back(
          fmt::format("{}, {}: {}.", region_title(one.of), stratum_text(one.stratum), why));
  return notes;
}

Figure figure_of(const GroupFindings& found) {
  const Condition& condition = found.condition;
  HeatMap map;
  for (const Stratum& stratum : condition.strata) map.columns.push_back(stratum_head(stratum));
  for (std::size_t i = 0; i < found.findings.size(); ++i) {
    const Finding& one = found.findings[i];
    if (i % condition.strata.size() == 0) {
      map.rows.push_back(region_title(one.of));
      map.cells.emplace_back();
    }
    map.cells.back().push_back({(one.r.coefficient.value + 1) / 2, cell_text(one)});
  }
  Figure figure;
  figure.name = "group_correlation";
  figure.title = fmt::format("Correlation with {}", condition.name);
  draw_heat_map(figure, map);
  figure.caption = fmt::format(
      "Point-biserial correlation with {}; in brackets the cases with + without it. {} *: p below "
      "0.05 after correction ({}). Dark: −1, light: 1. The table has n and interval of each.",
      condition.name, condition.coding, adjustment_title(found.correction));
  return figure;
}

}  // namespace myoseg
