// Tests between several groups: ANOVA, Kruskal-Wallis, Levene, Bartlett, Friedman.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "core/error.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

GroupTest undefined(std::string why) {
  GroupTest result;
  result.statistic = result.p = Undefined{std::move(why)};
  return result;
}

std::string unusable_groups(Groups groups, std::size_t needed_groups, std::size_t needed_values) {
  if (groups.size() < needed_groups)
    return "needs at least " + std::to_string(needed_groups) + " groups, found " +
           std::to_string(groups.size());
  for (const auto& group : groups)
    if (std::string why = unusable(group, needed_values, "values in each group"); !why.empty())
      return why;
  return {};
}

std::vector<double> pool(Groups groups) {
  std::vector<double> pooled;
  for (const auto& group : groups) pooled.insert(pooled.end(), group.begin(), group.end());
  return pooled;
}

double count(const std::vector<double>& values) { return static_cast<double>(values.size()); }

GroupTest chi_squared_test(double statistic, double df) {
  statistic = std::max(0.0, statistic);  // not below 0 by rounding
  return {statistic, chi2_sf(statistic, df)};
}

}  // namespace

GroupTest anova(Groups groups) {
  if (std::string why = unusable_groups(groups, 2, 1); !why.empty()) return undefined(why);
  const std::vector<double> pooled = pool(groups);
  if (std::string why = unsquarable(pooled); !why.empty()) return undefined(why);
  const double middle = mean(pooled), scale = largest_magnitude(pooled);
  const double df1 = static_cast<double>(groups.size()) - 1, df2 = count(pooled) - df1 - 1;
  if (df2 < 1) return undefined("every group has only one value");
  double between = 0, within = 0;
  for (const auto& group : groups) {
    const double distance = mean(group) - middle;
    between += count(group) * distance * distance;
    if (!is_constant(group, scale)) within += sum_of_squares(group);
  }
  if (within > 0) {
    const double f = between / df1 / (within / df2);
    return {f, f_sf(f, df1, df2)};
  }
  if (is_constant(pooled)) return undefined("all values are equal");
  return {std::numeric_limits<double>::infinity(), 0.0};
}

GroupTest kruskal_wallis(Groups groups) {
  if (std::string why = unusable_groups(groups, 2, 1); !why.empty()) return undefined(why);
  const std::vector<double> pooled = pool(groups);
  const Ranks ranks = mid_ranks(pooled);
  const double n = count(pooled);
  const double untied = 1 - ranks.tie_term() / (n * n * n - n);
  if (!(untied > 0)) return undefined("all values are equal");
  double sum = 0;
  std::size_t next = 0;
  for (const auto& group : groups) {
    double rank_sum = 0;
    for (std::size_t i = 0; i < group.size(); ++i) rank_sum += ranks.rank[next++];
    sum += rank_sum * rank_sum / count(group);
  }
  const double h = (12 / (n * (n + 1)) * sum - 3 * (n + 1)) / untied;
  return chi_squared_test(h, static_cast<double>(groups.size()) - 1);
}

GroupTest levene(Groups groups, Centre centre) {
  if (std::string why = unusable_groups(groups, 2, 1); !why.empty()) return undefined(why);
  std::vector<std::vector<double>> distances;
  for (const auto& group : groups) {
    std::vector<double> sorted = group;
    std::sort(sorted.begin(), sorted.end());
    const double middle = centre == Centre::median ? quantile(sorted, 0.5) : mean(group);
    for (double& value : sorted) value = std::abs(value - middle);
    distances.push_back(std::move(sorted));
  }
  return anova(distances);
}

GroupTest bartlett(Groups groups) {
  if (std::string why = unusable_groups(groups, 2, 2); !why.empty()) return undefined(why);
  if (std::string why = unsquarable(pool(groups)); !why.empty()) return undefined(why);
  const double k = static_cast<double>(groups.size());
  double n = 0, pooled = 0, logs = 0, inverses = 0;
  for (const auto& group : groups) {
    const double variance = std::pow(sample_sd(group), 2);
    if (variance == 0) return undefined("a group has no spread");
    n += count(group);
    pooled += (count(group) - 1) * variance;
    logs += (count(group) - 1) * std::log(variance);
    inverses += 1 / (count(group) - 1);
  }
  const double likelihood = ((n - k) * std::log(pooled / (n - k)) - logs) /
                            (1 + (inverses - 1 / (n - k)) / (3 * (k - 1)));
  return chi_squared_test(likelihood, k - 1);
}

GroupTest friedman(Groups groups) {
  for (const auto& group : groups)
    if (group.size() != groups.front().size())
      throw data_error(
          "Friedman's test needs every measurement of every case, found {} and {} values",
          groups.front().size(), group.size());
  if (std::string why = unusable_groups(groups, 3, 1); !why.empty()) return undefined(why);
  const std::size_t measurements = groups.size();
  const double k = static_cast<double>(measurements), n = count(groups.front());
  std::vector<double> rank_sums(measurements, 0.0), row(measurements);
  double tie_term = 0;
  for (std::size_t i = 0; i < groups.front().size(); ++i) {
    for (std::size_t m = 0; m < measurements; ++m) row[m] = groups[m][i];
    const Ranks ranks = mid_ranks(row);
    tie_term += ranks.tie_term();
    for (std::size_t m = 0; m < measurements; ++m) rank_sums[m] += ranks.rank[m];
  }
  const double untied = 1 - tie_term / (k * (k * k - 1) * n);
  if (!(untied > 0)) return undefined("all measurements of each case are equal");
  double squares = 0;
  for (const double sum : rank_sums) squares += sum * sum;
  return chi_squared_test((12 / (k * n * (k + 1)) * squares - 3 * n * (k + 1)) / untied, k - 1);
}

}  // namespace myoseg::statistics
