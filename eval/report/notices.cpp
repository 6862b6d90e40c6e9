#include "eval/report/notices.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>
#include <tuple>

#include "eval/draw/readable.h"
#include "eval/statistics/sample.h"

namespace myoseg {
namespace {

constexpr std::size_t kCasesForOutliers = 8;

using Place = std::pair<int, std::string>;                       // fold, case
using RegionOfCase = std::tuple<int, std::string, std::string>;  // fold, case, region
struct Volumes {
  double truth_ml = 0, prediction_ml = 0;
  bool truncated = false;
};

std::map<RegionOfCase, Volumes> volumes_of(const ReportContents& contents) {
  const std::vector<std::string>& regions = contents.regions;
  std::map<RegionOfCase, Volumes> volumes;
  for (const Score& s : contents.input.scores) {
    if (s.stage != contents.stage ||
        std::find(regions.begin(), regions.end(), s.region) == regions.end())
      continue;
    if (s.metric == kTruthVolume) volumes[{s.fold, s.case_id, s.region}].truth_ml = s.value;
    if (s.metric == kPredictionVolume)
      volumes[{s.fold, s.case_id, s.region}].prediction_ml = s.value;
    if (s.metric == kTruncated) volumes[{s.fold, s.case_id, s.region}].truncated = s.value > 0;
  }
  return volumes;
}

// Without a pixel size a volume is not known.
std::string ml_text(double ml) { return std::isnan(ml) ? "a part" : fmt::format("{:.1f} ml", ml); }

void add_missed_and_false(const std::map<RegionOfCase, Volumes>& volumes,
                          std::vector<Notice>& found) {
  std::vector<Notice> invented;
  for (const auto& [place, volume] : volumes) {
    const auto& [fold, case_id, region] = place;
    if (volume.truth_ml != 0 && volume.prediction_ml == 0)
      found.push_back(
          {"missed structure", case_id, fold, region,
           fmt::format("{} in the truth, nothing predicted", ml_text(volume.truth_ml))});
    if (volume.truth_ml == 0 && volume.prediction_ml != 0)
      invented.push_back(
          {"false structure", case_id, fold, region,
           fmt::format("not in the truth, {} predicted", ml_text(volume.prediction_ml))});
  }
  found.insert(found.end(), invented.begin(), invented.end());
}

// One number a case of one region, and what is said of a case in which it is an outlier.
struct Series {
  std::string region;
  std::vector<std::pair<Place, double>> values;
};
struct Fences {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
};

// Tukey 1977; nothing is beyond them in few cases.
Fences fences_of(const Series& series) {
  std::vector<double> values;
  for (const auto& [place, value] : series.values) values.push_back(value);
  if (values.size() < kCasesForOutliers) return {};
  std::sort(values.begin(), values.end());
  const double lower = statistics::quantile(values, 0.25),
               upper = statistics::quantile(values, 0.75);
  return {lower - 1.5 * (upper - lower), upper + 1.5 * (upper - lower)};
}

// `side`: which values are worse than others. Cases with the farthest outlier first.
void add_outliers(const std::string& kind, const std::vector<Series>& all, Better side,
                  const std::function<std::string(const Series&, const Place&, double value,
                                                  const Fences&)>& sentence,
                  std::vector<Notice>& found) {
  // A case's farthest, in interquartile ranges, and all of its notices.
  std::map<Place, std::pair<double, std::vector<Notice>>> by_case;
  for (const Series& series : all) {
    const Fences fences = fences_of(series);
    const double range = (fences.high - fences.low) / 4;
    for (const auto& [place, value] : series.values) {
      const double below = side == Better::lower ? 0 : fences.low - value;
      const double above = side == Better::higher ? 0 : value - fences.high;
      const double beyond = std::max(below, above);
      if (!(beyond > 1e-12)) continue;
      auto& [farthest, list] = by_case[place];
      farthest = std::max(farthest, range > 0 ? beyond / range : beyond);
      list.push_back(
          {kind, place.second, place.first, series.region, sentence(series, place, value, fences)});
    }
  }
  std::vector<std::pair<double, std::vector<Notice>>> sorted;
  for (auto& [place, entry] : by_case) sorted.push_back(std::move(entry));
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  for (const auto& [farthest, list] : sorted) found.insert(found.end(), list.begin(), list.end());
}

void add_score_outliers(const ReportContents& contents, std::vector<Notice>& found) {
  const std::vector<std::string>& regions = contents.regions;
  const Metric& metric = contents.headline;
  std::set<RegionOfCase> told;
  for (const Notice& n : found) told.insert({n.fold, n.case_id, n.region});
  std::vector<Series> all;
  for (std::size_t i = 0; i < regions.size(); ++i) {
    Series& series = all.emplace_back(Series{regions[i], {}});
    for (const CaseRow& row : contents.cases)
      if (!std::isnan(row.values[i]))
        series.values.push_back({{row.fold, row.case_id}, row.values[i]});
  }
  const auto sentence = [&](const Series&, const Place&, double value, const Fences& fences) {
    const double limit = value < fences.low ? fences.low : fences.high;
    return fmt::format("{} {} (limit {})", metric.title, fixed_text(value, metric.decimals()),
                       fixed_text(limit, metric.decimals()));
  };
  std::vector<Notice> outliers;
  add_outliers("outlier", all, metric.better, sentence, outliers);
  for (Notice& n : outliers)
    if (!told.contains({n.fold, n.case_id, n.region})) found.push_back(std::move(n));
}

void add_volume_outliers(const std::map<RegionOfCase, Volumes>& volumes,
                         const std::vector<std::string>& regions, std::vector<Notice>& found) {
  std::vector<Series> all;
  for (const std::string& region : regions) {
    Series& series = all.emplace_back(Series{region, {}});
    for (const auto& [place, v] : volumes)
      if (std::get<2>(place) == region && v.truth_ml > 0 && v.prediction_ml > 0)
        series.values.push_back(
            {{std::get<0>(place), std::get<1>(place)}, v.prediction_ml - v.truth_ml});
  }
  const auto sentence = [&](const Series& series, const Place& place, double, const Fences& f) {
    const Volumes& v = volumes.at({place.first, place.second, series.region});
    return fmt::format(
        "{:.1f} ml predicted, {:.1f} ml in the truth (limits of the difference {} "
        "to {} ml)",
        v.prediction_ml, v.truth_ml, signed_text(f.low, 1), signed_text(f.high, 1));
  };
  add_outliers("volume outlier", all, Better::near_zero, sentence, found);
}

void add_truncated(const LabelSet& labels, const std::map<RegionOfCase, Volumes>& volumes,
                   std::vector<Notice>& found) {
  for (const auto& [place, volume] : volumes) {
    const auto& [fold, case_id, region] = place;
    // A union is cut where one of its parts is.
    if (volume.truncated && !labels.is_union(region))
      found.push_back({"truncated", case_id, fold, region, "touches the border of the slices"});
  }
}

}  // namespace

std::vector<Notice> notices(const ReportContents& contents) {
  const std::map<RegionOfCase, Volumes> volumes = volumes_of(contents);
  std::vector<Notice> found;
  add_missed_and_false(volumes, found);
  add_score_outliers(contents, found);
  add_volume_outliers(volumes, contents.regions, found);
  add_truncated(contents.input.labels, volumes, found);
  return found;
}

std::vector<Shown> best_median_worst(const std::vector<CaseRow>& rows, const Metric& metric) {
  std::vector<CaseRow> sorted;
  for (const CaseRow& row : rows)
    if (!std::isnan(row.rank_value)) sorted.push_back(row);
  std::stable_sort(sorted.begin(), sorted.end(), [&](const CaseRow& a, const CaseRow& b) {
    return metric.goodness(a.rank_value) > metric.goodness(b.rank_value);
  });
  std::vector<Shown> shown;
  if (!sorted.empty()) shown.push_back({"Best", sorted.front()});
  if (sorted.size() > 2) shown.push_back({"Median", sorted[sorted.size() / 2]});
  if (sorted.size() > 1) shown.push_back({"Worst", sorted.back()});
  return shown;
}

std::vector<Shown> shown_cases(const std::vector<CaseRow>& rows, const Metric& metric,
                               const std::vector<Notice>& notices, std::size_t most) {
  std::vector<Shown> shown = best_median_worst(rows, metric);
  const auto add = [&](const CaseRow& row) {
    const bool is_there = std::any_of(shown.begin(), shown.end(), [&](const Shown& s) {
      return s.row.case_id == row.case_id && s.row.fold == row.fold;
    });
    if (!is_there && shown.size() < most) shown.push_back({"", row});
  };
  for (const Notice& notice : notices)
    for (const CaseRow& row : rows)
      if (row.case_id == notice.case_id && row.fold == notice.fold) add(row);
  std::vector<CaseRow> worst_first = rows;
  std::stable_sort(worst_first.begin(), worst_first.end(), [&](const auto& a, const auto& b) {
    const double x = metric.goodness(a.rank_value), y = metric.goodness(b.rank_value);
    return std::isnan(y) ? !std::isnan(x) : x < y;
  });
  for (const CaseRow& row : worst_first) add(row);
  return shown;
}

}  // namespace myoseg
