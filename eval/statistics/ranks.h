// Ranks, and the exact distributions of rank sums under the null hypothesis.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

// How a rank test gets its p-value; normal: the approximation for large samples (of Spearman's rho:
// by t).
enum class RankMethod { automatic, exact, normal };

struct Ranks {
  std::vector<double> rank;        // 1..n; tied values share the mean of their ranks
  std::vector<std::int64_t> ties;  // the size of every group of two or more tied values
  // Sum of t^3 - t over the groups: what ties take from the variance of a rank sum.
  [[nodiscard]] double tie_term() const;
};
// Ties are those of precision.h ...
[[nodiscard]] Ranks mid_ranks(std::span<const double> values);
// ... or, of values that were computed, neighbours no further apart than their noise.
[[nodiscard]] Ranks mid_ranks(std::span<const double> values, std::span<const double> noise);
// Twice the ranks: whole numbers also when there are ties.
[[nodiscard]] std::vector<int> doubled(std::span<const double> ranks);

// P(sum = s), s = 0, 1, ..., of the `weights` that get a + when every sign is equally likely: the
// null distribution of Wilcoxon's signed-rank sum, also with ties (Pratt & Gibbons 1981, ch. 3).
[[nodiscard]] std::vector<double> sign_sum_distribution(std::span<const int> weights);
// P(sum = s) of `chosen` of the `weights` when every choice is equally likely: the null
// distribution of the rank-sum test, also with ties.
[[nodiscard]] std::vector<double> choice_sum_distribution(std::span<const int> weights,
                                                          std::size_t chosen);
// P(a random permutation of n has at most `most` inversions): Kendall's tau without ties.
[[nodiscard]] double inversions_cdf(std::int64_t most, std::int64_t n);

// Sums of a distribution up to, and from, `at`.
[[nodiscard]] double probability_up_to(std::span<const double> distribution, std::int64_t at);
[[nodiscard]] double probability_from(std::span<const double> distribution, std::int64_t at);

// P(statistic <= observed) and P(statistic >= observed) under the null hypothesis.
struct Tails {
  double less = 0, greater = 0;
  [[nodiscard]] double p(Alternative alternative) const;  // two-sided: twice the smaller one
};
// Of all orders of `items`, equally likely. The work grows with the factorial: for up to nine.
using OrderStatistic = std::function<std::int64_t(std::span<const int> order)>;
[[nodiscard]] Tails permutation_tails(std::vector<int> items, const OrderStatistic& statistic);

}  // namespace myoseg::statistics
