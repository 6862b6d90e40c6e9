// The ranking of runs by their mean over regions, and how stable it is when patients are drawn
// again.
#include <algorithm>
#include <cmath>
#include <map>

#include "eval/compare/scores.h"
#include "eval/statistics/bootstrap.h"
#include "eval/statistics/precision.h"

namespace myoseg {
namespace {

struct Sum {
  double values = 0;
  std::int64_t n = 0;
};

// [region][patient]: of the cases in which every run has a value, so that runs are ranked by the
// same cases.
using RunSums = std::vector<std::vector<Sum>>;

std::vector<RunSums> sums_of(const SharedScores& shared, const std::vector<std::size_t>& regions) {
  std::map<std::string, std::size_t> number;
  for (const std::string& patient : shared.patients) number.emplace(patient, number.size());
  std::vector<RunSums> sums(shared.values.size(),
                            RunSums(regions.size(), std::vector<Sum>(number.size())));
  for (std::size_t k = 0; k < regions.size(); ++k)
    for (std::size_t c = 0; c < shared.cases.size(); ++c) {
      const auto has_value = [&](const auto& run) { return !std::isnan(run[regions[k]][c]); };
      if (!std::all_of(shared.values.begin(), shared.values.end(), has_value)) continue;
      for (std::size_t r = 0; r < sums.size(); ++r) {
        Sum& sum = sums[r][k][number.at(shared.patients[c])];
        sum.values += shared.values[r][regions[k]][c];
        ++sum.n;
      }
    }
  return sums;
}

statistics::Estimate mean_over_regions(const RunSums& sums, std::span<const std::size_t> patients) {
  double total = 0;
  for (const auto& of_patient : sums) {
    Sum all;
    for (const std::size_t patient : patients) {
      all.values += of_patient[patient].values;
      all.n += of_patient[patient].n;
    }
    if (all.n == 0) return statistics::Undefined{"a region has no case with a value in all runs"};
    total += all.values / static_cast<double>(all.n);
  }
  return total / static_cast<double>(sums.size());
}

// Whether all runs have a value of one case.
bool has_case(const SharedScores& shared, std::size_t region) {
  for (std::size_t c = 0; c < shared.cases.size(); ++c)
    if (std::all_of(shared.values.begin(), shared.values.end(),
                    [&](const auto& run) { return !std::isnan(run[region][c]); }))
      return true;
  return false;
}

// A union beside its parts would count each of them twice; whoever names regions wants them all.
std::vector<std::size_t> ranking_regions(const SharedScores& shared,
                                         const std::set<std::string>& unions,
                                         const ComparisonOptions& options) {
  std::vector<std::size_t> all, parts;
  for (std::size_t k = 0; k < shared.regions.size(); ++k) {
    if (!has_case(shared, k)) continue;
    all.push_back(k);
    if (!unions.contains(shared.regions[k])) parts.push_back(k);
  }
  return options.regions.empty() && !parts.empty() ? parts : all;
}

// Which of two means over cases is better; neither when only rounding tells them apart.
struct Order {
  bool higher = true;  // is better
  double scale = 0;    // size of the largest score

  [[nodiscard]] bool tie(double a, double b) const { return statistics::tied_at(a, b, scale); }
  [[nodiscard]] bool is_better(double a, double b) const {
    return !tie(a, b) && (higher ? a > b : a < b);
  }
};

Order order_of(const SharedScores& shared, const std::vector<std::size_t>& regions) {
  Order order{shared.metric.better == Better::higher, 0};
  for (const auto& run : shared.values)
    for (const std::size_t k : regions)
      for (const double value : run[k])
        if (std::isfinite(value)) order.scale = std::max(order.scale, std::abs(value));
  return order;
}

// Adds the place of each of these values; those that tie share theirs.
void add_places(std::vector<RunRank>& ranks, const std::vector<double>& values, const Order& order,
                double weight) {
  for (std::size_t r = 0; r < values.size(); ++r) {
    std::size_t ahead = 0, same = 0;
    for (const double other : values) {
      same += order.tie(other, values[r]) ? 1 : 0;
      ahead += order.is_better(other, values[r]) ? 1 : 0;
    }
    for (std::size_t place = ahead; place < ahead + same; ++place)
      ranks[r].share[place] += weight / static_cast<double>(same);
  }
}

}  // namespace

std::vector<RunRank> rank_runs(const SharedScores& shared, const std::set<std::string>& unions,
                               const ComparisonOptions& options,
                               std::vector<std::string>& regions) {
  const std::vector<std::size_t> places = ranking_regions(shared, unions, options);
  for (const std::size_t k : places) regions.push_back(shared.regions[k]);
  const std::size_t runs = shared.values.size();
  std::vector<RunRank> ranks(runs);
  if (places.empty()) {
    for (RunRank& rank : ranks) {
      rank.mean = statistics::Undefined{"no region has a case with a value in all runs"};
      rank.ci = statistics::Undefined{rank.mean.reason};
    }
    return ranks;
  }
  const std::vector<RunSums> sums = sums_of(shared, places);
  // The draws depend on the seed alone: resample i is of the same patients for every run.
  std::vector<std::vector<double>> resampled;
  for (std::size_t r = 0; r < runs; ++r) {
    const auto result = statistics::bootstrap(
        sums[r][0].size(),
        [&](std::span<const std::size_t> patients) { return mean_over_regions(sums[r], patients); },
        {options.resamples, 0.95, static_cast<std::uint64_t>(options.seed)});
    ranks[r].mean = result.value;
    ranks[r].ci = result.ci;
    resampled.push_back(result.distribution);
  }
  const Order order = order_of(shared, places);
  for (RunRank& rank : ranks) {
    rank.rank = 1;
    for (const RunRank& other : ranks)
      rank.rank += order.is_better(other.mean.value, rank.mean.value) ? 1 : 0;
  }
  const std::size_t draws = resampled[0].size();
  if (draws == 0) return ranks;
  for (RunRank& rank : ranks) rank.share.assign(runs, 0);
  for (std::size_t i = 0; i < draws; ++i) {
    std::vector<double> values;
    for (const auto& of_run : resampled) values.push_back(of_run[i]);
    add_places(ranks, values, order, 1 / static_cast<double>(draws));
  }
  return ranks;
}

}  // namespace myoseg
