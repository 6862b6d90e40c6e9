// Tests between two independent groups: t, Mann-Whitney, Cohen's d.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "eval/statistics/distributions.h"
#include "eval/statistics/groups.h"
#include "eval/statistics/paired.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr std::size_t kAutomaticExact = 8;
constexpr double kMostWork = 5e8;  // additions, about half a second

std::string unusable_groups(std::span<const double> x, std::span<const double> y,
                            std::size_t needed) {
  std::string reason = unusable(x, needed, "values in each group");
  return reason.empty() ? unusable(y, needed, "values in each group") : reason;
}

// In units of the square of the larger SD, so that no square vanishes.
struct TwoVariances {
  double unit = 0, first = 0, second = 0;  // all 0 without any spread
};
TwoVariances variances_of(std::span<const double> x, std::span<const double> y) {
  const double sd1 = sample_sd(x), sd2 = sample_sd(y), unit = std::max(sd1, sd2);
  if (unit == 0) return {};
  return {unit, std::pow(sd1 / unit, 2), std::pow(sd2 / unit, 2)};
}

// P(U >= u) and P(U <= u) from all choices of n1 of the pooled ranks.
Estimate exact_p(const Ranks& ranks, std::size_t n1, Alternative alternative) {
  const std::size_t n = ranks.rank.size();
  const std::size_t chosen = std::min(n1, n - n1);  // the rest has the rest of the ranks
  const double total = static_cast<double>(n);
  if (2 * total * total * static_cast<double>(chosen * chosen) > kMostWork)
    return Undefined{"the groups are too large for the exact distribution"};
  const std::vector<int> weights = doubled(ranks.rank);
  const std::vector<double> distribution = choice_sum_distribution(weights, chosen);
  const bool first = chosen == n1;
  const auto begin = weights.begin() + (first ? 0 : static_cast<std::ptrdiff_t>(n1));
  const std::int64_t at = std::accumulate(begin, begin + static_cast<std::ptrdiff_t>(chosen), 0);
  Tails tails{probability_up_to(distribution, at), probability_from(distribution, at)};
  if (!first) std::swap(tails.less, tails.greater);
  return tails.p(alternative);
}

double normal_approximation(const Ranks& ranks, double u, double pairs,
                            const MannWhitneyOptions& options) {
  const double n = static_cast<double>(ranks.rank.size());
  const double variance = pairs / 12 * (n + 1 - ranks.tie_term() / (n * (n - 1)));
  if (!(variance > 0)) return 1;  // all values are equal
  const bool both = options.alternative == Alternative::two_sided;
  double larger = options.alternative == Alternative::less ? pairs - u : u;
  if (both) larger = std::max(u, pairs - u);
  const double shift = options.continuity_correction ? 0.5 : 0;
  const double p = normal_sf((larger - pairs / 2 - shift) / std::sqrt(variance));
  return both ? std::min(1.0, 2 * p) : p;
}

}  // namespace

TTest independent_t(std::span<const double> x, std::span<const double> y, Variances variances,
                    const TestOptions& options) {
  const std::string why = unusable_groups(x, y, 2);
  TTest result = undefined_t_test(why);
  if (why.empty()) {
    const double n1 = static_cast<double>(x.size()), n2 = static_cast<double>(y.size());
    const auto [unit, v1, v2] = variances_of(x, y);
    double df = n1 + n2 - 2;
    double square = ((n1 - 1) * v1 + (n2 - 1) * v2) / df * (1 / n1 + 1 / n2);
    if (variances == Variances::unequal && unit > 0) {
      const double a = v1 / n1, b = v2 / n2;
      square = a + b;
      df = square * square / (a * a / (n1 - 1) + b * b / (n2 - 1));
    }
    double difference = mean(x) - mean(y);
    if (only_rounding(difference, std::max(largest_magnitude(x), largest_magnitude(y))))
      difference = 0;
    result = t_test_of(difference, unit * std::sqrt(square), df, options);
  }
  result.n = static_cast<std::int64_t>(x.size() + y.size());
  return result;
}

MannWhitneyTest mann_whitney(std::span<const double> x, std::span<const double> y,
                             const MannWhitneyOptions& options) {
  MannWhitneyTest result;
  result.n1 = static_cast<std::int64_t>(x.size());
  result.n2 = static_cast<std::int64_t>(y.size());
  if (const std::string why = unusable_groups(x, y, 1); !why.empty()) {
    result.u = result.p = result.common_language = result.rank_biserial = Undefined{why};
    return result;
  }
  std::vector<double> pooled(x.begin(), x.end());
  pooled.insert(pooled.end(), y.begin(), y.end());
  const Ranks ranks = mid_ranks(pooled);
  const double n1 = static_cast<double>(x.size());
  const double pairs = n1 * static_cast<double>(y.size());
  const auto end_of_first = ranks.rank.begin() + static_cast<std::ptrdiff_t>(x.size());
  const double u = std::accumulate(ranks.rank.begin(), end_of_first, 0.0) - n1 * (n1 + 1) / 2;
  result.ties = !ranks.ties.empty();
  result.u = u;
  result.common_language = u / pairs;
  result.rank_biserial = 2 * u / pairs - 1;
  result.used = options.method;
  if (options.method == RankMethod::automatic)
    result.used = std::min(x.size(), y.size()) <= kAutomaticExact && !result.ties
                      ? RankMethod::exact
                      : RankMethod::normal;
  result.p = result.used == RankMethod::exact ? exact_p(ranks, x.size(), options.alternative)
                                              : normal_approximation(ranks, u, pairs, options);
  return result;
}

Estimate cohen_d_pooled(std::span<const double> x, std::span<const double> y) {
  if (std::string why = unusable_groups(x, y, 2); !why.empty()) return Undefined{std::move(why)};
  const double n1 = static_cast<double>(x.size()), n2 = static_cast<double>(y.size());
  const auto [unit, v1, v2] = variances_of(x, y);
  if (unit == 0) return Undefined{"neither group has any spread"};
  return (mean(x) - mean(y)) / (unit * std::sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)));
}

}  // namespace myoseg::statistics
