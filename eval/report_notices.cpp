#include "eval/report_notices.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "eval/metrics.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

constexpr std::size_t kCasesForOutliers = 8;

void add_missed_and_false(const ReportInput& input, const std::vector<std::string>& regions,
                          std::vector<Notice>& found) {
  using Place = std::tuple<int, std::string, std::string>;  // fold, case, region
  const std::string stage = counting_stage(input.scores);
  std::map<Place, std::pair<double, double>> volumes;  // truth, prediction
  for (const Score& s : input.scores) {
    if (s.stage != stage || std::find(regions.begin(), regions.end(), s.region) == regions.end())
      continue;
    if (s.metric == kTruthVolume) volumes[{s.fold, s.case_id, s.region}].first = s.value;
    if (s.metric == kPredictionVolume) volumes[{s.fold, s.case_id, s.region}].second = s.value;
  }
  std::vector<Notice> invented;
  for (const auto& [place, volume] : volumes) {
    const auto& [fold, case_id, region] = place;
    if (volume.first > 0 && !(volume.second > 0))
      found.push_back({"missed structure", case_id, fold, region,
                       fmt::format("{:.1f} ml in the truth, nothing predicted", volume.first)});
    if (!(volume.first > 0) && volume.second > 0)
      invented.push_back({"false structure", case_id, fold, region,
                          fmt::format("not in the truth, {:.1f} ml predicted", volume.second)});
  }
  found.insert(found.end(), invented.begin(), invented.end());
}

void add_outliers(const std::vector<CaseRow>& rows, const std::vector<std::string>& regions,
                  const Metric& metric, std::vector<Notice>& found) {
  const double sign = metric.best > 0 ? 1 : -1;  // so that low is bad
  using Place = std::pair<int, std::string>;
  std::map<Place, std::pair<double, std::vector<Notice>>>
      by_case;  // its farthest, all of its notices
  for (std::size_t i = 0; i < regions.size(); ++i) {
    std::vector<double> values;
    for (const CaseRow& row : rows)
      if (!std::isnan(row.values[i])) values.push_back(sign * row.values[i]);
    if (values.size() < kCasesForOutliers) continue;
    std::sort(values.begin(), values.end());
    const double lower = statistics::quantile(values, 0.25),
                 upper = statistics::quantile(values, 0.75);
    const double limit = lower - 1.5 * (upper - lower);
    for (const CaseRow& row : rows) {
      const bool told = std::any_of(found.begin(), found.end(), [&](const Notice& n) {
        return n.case_id == row.case_id && n.fold == row.fold && n.region == regions[i];
      });
      if (told || !(sign * row.values[i] < limit)) continue;
      auto& [farthest, list] = by_case[{row.fold, row.case_id}];
      farthest = std::max(farthest, limit - sign * row.values[i]);
      list.push_back(
          {"outlier", row.case_id, row.fold, regions[i],
           fmt::format("{} {:.3f} (limit {:.3f})", metric.title, row.values[i], sign * limit)});
    }
  }
  std::vector<std::pair<double, std::vector<Notice>>> sorted;
  for (auto& [place, entry] : by_case) sorted.push_back(std::move(entry));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [farthest, list] : sorted) found.insert(found.end(), list.begin(), list.end());
}

}  // namespace

std::vector<Notice> notices(const ReportInput& input, const ReportOptions& options) {
  const std::vector<std::string> regions = region_order(input, options);
  std::vector<Notice> found;
  add_missed_and_false(input, regions, found);
  add_outliers(case_rows(input, options), regions, find_metric(options.headline), found);
  return found;
}

std::vector<Shown> best_median_worst(const std::vector<CaseRow>& rows, bool higher_is_better) {
  std::vector<CaseRow> sorted;
  for (const CaseRow& row : rows)
    if (!std::isnan(row.rank_value)) sorted.push_back(row);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const CaseRow& a, const CaseRow& b) {
    return higher_is_better ? a.rank_value > b.rank_value : a.rank_value < b.rank_value;
  });
  std::vector<Shown> shown;
  if (!sorted.empty()) shown.push_back({"Best", sorted.front()});
  if (sorted.size() > 2) shown.push_back({"Median", sorted[sorted.size() / 2]});
  if (sorted.size() > 1) shown.push_back({"Worst", sorted.back()});
  return shown;
}

}  // namespace myoseg
