#include "eval/statistics/ranks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "eval/statistics/precision.h"

namespace myoseg::statistics {

double Ranks::tie_term() const {
  double sum = 0;
  for (const std::int64_t size : ties) {
    const double t = static_cast<double>(size);
    sum += t * t * t - t;
  }
  return sum;
}

Ranks mid_ranks(std::span<const double> values) {
  std::vector<double> noise;
  for (const double value : values) noise.push_back(noise_of(value));
  return mid_ranks(values, noise);
}

Ranks mid_ranks(std::span<const double> values, std::span<const double> noise) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  const auto follows = [&](std::size_t a, std::size_t b) {
    return values[b] - values[a] <= noise[a] + noise[b];
  };
  Ranks result;
  result.rank.resize(values.size());
  for (std::size_t first = 0, end = 0; first < order.size(); first = end) {
    for (end = first + 1; end < order.size() && follows(order[end - 1], order[end]);) ++end;
    const double shared = 0.5 * static_cast<double>(first + 1 + end);
    for (std::size_t i = first; i < end; ++i) result.rank[order[i]] = shared;
    if (end - first > 1) result.ties.push_back(static_cast<std::int64_t>(end - first));
  }
  return result;
}

std::vector<int> doubled(std::span<const double> ranks) {
  std::vector<int> result;
  result.reserve(ranks.size());
  for (const double rank : ranks) result.push_back(static_cast<int>(std::lround(2 * rank)));
  return result;
}

std::vector<double> sign_sum_distribution(std::span<const int> weights) {
  std::vector<double> probability{1.0};
  for (const int weight : weights) {
    const auto step = static_cast<std::size_t>(weight);
    std::vector<double> next(probability.size() + step, 0.0);
    for (std::size_t s = 0; s < probability.size(); ++s) {
      next[s] += 0.5 * probability[s];
      next[s + step] += 0.5 * probability[s];
    }
    probability = std::move(next);
  }
  return probability;
}

std::vector<double> choice_sum_distribution(std::span<const int> weights, std::size_t chosen) {
  std::vector<int> sorted(weights.begin(), weights.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  const auto top = sorted.begin() + static_cast<std::ptrdiff_t>(chosen);
  const auto sums = static_cast<std::size_t>(std::accumulate(sorted.begin(), top, 0)) + 1;
  // ways[j * sums + s]: choices of j of the weights seen so far whose sum is s.
  std::vector<double> ways((chosen + 1) * sums, 0.0);
  ways[0] = 1;
  for (const int weight : sorted) {
    const auto step = static_cast<std::size_t>(weight);
    for (std::size_t j = chosen; j >= 1; --j)
      for (std::size_t s = step; s < sums; ++s)
        ways[j * sums + s] += ways[(j - 1) * sums + s - step];
  }
  std::vector<double> result(ways.end() - static_cast<std::ptrdiff_t>(sums), ways.end());
  const double all = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& value : result) value /= all;
  return result;
}

double inversions_cdf(std::int64_t most, std::int64_t n) {
  if (most < 0) return 0;
  const auto size = static_cast<std::size_t>(std::min(most, n * (n - 1) / 2)) + 1;
  std::vector<double> probability(size, 0.0);
  probability[0] = 1;
  // The j-th item put into its place adds 0..j-1 inversions. Sums only, no differences of sums:
  // the tail keeps all its digits.
  for (std::int64_t j = 2; j <= n; ++j) {
    std::vector<double> next(size, 0.0);
    for (std::size_t s = 0; s < size; ++s) {
      const std::size_t reach = std::min(s, static_cast<std::size_t>(j - 1));
      for (std::size_t added = 0; added <= reach; ++added) next[s] += probability[s - added];
      next[s] /= static_cast<double>(j);
    }
    probability = std::move(next);
  }
  return std::accumulate(probability.begin(), probability.end(), 0.0);
}

double probability_up_to(std::span<const double> distribution, std::int64_t at) {
  double sum = 0;
  for (std::int64_t s = 0; s <= at && s < static_cast<std::int64_t>(distribution.size()); ++s)
    sum += distribution[static_cast<std::size_t>(s)];
  return std::min(1.0, sum);
}

double probability_from(std::span<const double> distribution, std::int64_t at) {
  double sum = 0;
  for (auto s = static_cast<std::int64_t>(distribution.size()) - 1;
       s >= std::max<std::int64_t>(at, 0); --s)
    sum += distribution[static_cast<std::size_t>(s)];
  return std::min(1.0, sum);
}

double Tails::p(Alternative alternative) const {
  if (alternative == Alternative::less) return less;
  if (alternative == Alternative::greater) return greater;
  return std::min(1.0, 2 * std::min(less, greater));
}

Tails permutation_tails(std::vector<int> items, const OrderStatistic& statistic) {
  const std::int64_t observed = statistic(items);
  std::sort(items.begin(), items.end());
  double less = 0, greater = 0, all = 0;
  do {  // equal items are not told apart; every order that is left has the same chance
    const std::int64_t value = statistic(items);
    less += value <= observed;
    greater += value >= observed;
    ++all;
  } while (std::next_permutation(items.begin(), items.end()));
  return {less / all, greater / all};
}

}  // namespace myoseg::statistics
