#include "eval/report/tables.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "eval/measure/metrics.h"
#include "eval/measure/summaries.h"
#include "eval/statistics/sample.h"

namespace myoseg {

std::string data_name(const ReportInput& input) {
  const std::string name = input.data_note.substr(0, input.data_note.find(','));
  return name.empty() ? "this run" : name;
}

std::vector<std::string> region_order(const ReportInput& input, const ReportOptions& options) {
  if (!options.regions.empty()) return options.regions;
  std::vector<std::string> unions, labels;
  for (const Region& region : input.regions)
    (input.labels.is_union(region.name) ? unions : labels).push_back(region.name);
  unions.insert(unions.end(), labels.begin(), labels.end());
  return unions;
}

std::string rank_region(const ReportInput& input, const ReportOptions& options) {
  const bool is_there = std::any_of(input.scores.begin(), input.scores.end(), [&](const Score& s) {
    return s.region == options.headline_region;
  });
  return is_there ? options.headline_region : "mean of the regions";
}

bool has_folds(const ReportInput& input) {
  return std::any_of(input.scores.begin(), input.scores.end(),
                     [](const Score& s) { return s.fold >= 0; });
}

std::vector<StageRow> stage_rows(const ReportInput& input, const ReportOptions& options) {
  using Place = std::pair<int, std::string>;
  std::map<std::string, std::map<Place, std::pair<double, double>>>
      pairs;  // region -> case -> raw, final
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const Score& s : input.scores) {
    if (s.metric != options.headline) continue;
    auto& pair = pairs[s.region].try_emplace({s.fold, s.case_id}, kNaN, kNaN).first->second;
    if (s.stage == Stage::raw) pair.first = s.value;
    if (s.stage == Stage::final) pair.second = s.value;
  }
  const std::vector<Summary> summaries = summarise(input.scores);
  std::vector<StageRow> rows;
  for (const std::string& region : region_order(input, options)) {
    const Summary* raw = find_summary(summaries, region, Stage::raw, options.headline);
    const Summary* final = find_summary(summaries, region, Stage::final, options.headline);
    if (raw == nullptr || final == nullptr) continue;
    std::vector<double> changes;
    for (const auto& [place, pair] : pairs[region])
      if (!std::isnan(pair.first) && !std::isnan(pair.second))
        changes.push_back(pair.second - pair.first);
    rows.push_back({region, *raw, *final, statistics::mean_sd(changes).mean});
  }
  return rows;
}

std::vector<CaseRow> case_rows(const ReportInput& input, const ReportOptions& options) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const std::vector<std::string> regions = region_order(input, options);
  const Stage stage = counting_stage(input.scores);
  std::map<std::pair<int, std::string>, CaseRow> rows;
  std::map<std::pair<int, std::string>, double> ranks;
  for (const Score& s : input.scores) {
    if (s.stage != stage || s.metric != options.headline) continue;
    CaseRow& row = rows[{s.fold, s.case_id}];
    row.case_id = s.case_id;
    row.fold = s.fold;
    row.values.resize(regions.size(), kNaN);
    if (s.region == options.headline_region) ranks[{s.fold, s.case_id}] = s.value;
    for (std::size_t i = 0; i < regions.size(); ++i)
      if (regions[i] == s.region) row.values[i] = s.value;
  }
  std::vector<CaseRow> list;
  for (auto& [place, row] : rows) {
    std::vector<double> known;
    for (const double value : row.values)
      if (!std::isnan(value)) known.push_back(value);
    const auto rank = ranks.find(place);
    row.rank_value = rank != ranks.end() ? rank->second : statistics::mean_sd(known).mean;
    list.push_back(std::move(row));
  }
  return list;
}

Table cases_table(const std::vector<CaseRow>& rows, const std::vector<std::string>& regions) {
  Table table;
  table.columns = {"case", "fold"};
  table.columns.insert(table.columns.end(), regions.begin(), regions.end());
  for (const CaseRow& row : rows) {
    std::vector<std::string> cells{row.case_id, std::to_string(row.fold)};
    for (const double value : row.values) cells.push_back(format_number(value));
    table.rows.push_back(std::move(cells));
  }
  return table;
}

}  // namespace myoseg
