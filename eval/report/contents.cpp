#include "eval/report/contents.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

using Place = std::pair<int, std::string>;  // fold, case

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
  return is_there ? options.headline_region : std::string(kMeanOfRegions);
}

std::vector<StageRow> stage_rows(const ReportContents& contents) {
  std::map<std::string, std::map<Place, std::pair<double, double>>>
      pairs;  // region -> case -> raw, final
  const std::string& headline = contents.options.headline;
  for (const Score& s : contents.input.scores) {
    if (s.metric != headline) continue;
    auto& pair = pairs[s.region].try_emplace({s.fold, s.case_id}, kNaN, kNaN).first->second;
    (s.stage == Stage::raw ? pair.first : pair.second) = s.value;
  }
  std::vector<StageRow> rows;
  for (const std::string& region : contents.regions) {
    const Summary* raw = find_summary(contents.summaries, region, Stage::raw, headline);
    const Summary* final = find_summary(contents.summaries, region, Stage::final, headline);
    if (raw == nullptr || final == nullptr) continue;
    std::vector<double> changes;
    for (const auto& [place, pair] : pairs[region])
      if (!std::isnan(pair.first) && !std::isnan(pair.second))
        changes.push_back(pair.second - pair.first);
    rows.push_back({region, *raw, *final, statistics::mean_sd(changes).mean});
  }
  return rows;
}

std::vector<CaseRow> case_rows(const ReportContents& contents) {
  const std::vector<std::string>& regions = contents.regions;
  const ReportOptions& options = contents.options;
  std::map<Place, CaseRow> rows;
  std::map<Place, double> ranks;
  for (const Score& s : contents.input.scores) {
    if (s.stage != contents.stage || s.metric != options.headline) continue;
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

}  // namespace

ReportContents report_contents(ReportInput input, ReportOptions options, Intervals intervals) {
  ReportContents contents;
  contents.headline = find_metric(options.headline);
  contents.stage = counting_stage(input.scores);
  std::set<int> folds;
  for (const Score& s : input.scores)
    if (s.fold >= 0) folds.insert(s.fold);
  contents.folds = folds.size();
  contents.regions = region_order(input, options);
  contents.rank_region = rank_region(input, options);
  contents.summaries = summarise(input.scores);
  contents.statistics =
      score_statistics(input, contents.stage, contents.regions, options.metrics, intervals);
  contents.volumes = volume_correlations(input.scores, contents.stage, contents.regions);
  contents.input = std::move(input);
  contents.options = std::move(options);
  contents.cases = case_rows(contents);
  contents.stages = stage_rows(contents);
  return contents;
}

}  // namespace myoseg
