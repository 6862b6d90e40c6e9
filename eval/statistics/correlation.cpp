#include "eval/statistics/correlation.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "eval/statistics/distributions.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::size_t kMostPermuted = 9;  // pairs: 362,880 permutations

Correlation undefined(std::size_t n, const std::string& why) {
  Correlation result;
  result.n = static_cast<std::int64_t>(n);
  result.coefficient = result.p = Undefined{why};
  result.ci = Undefined{why};
  return result;
}

std::string constant_reason(std::span<const double> x, std::span<const double> y) {
  if (is_constant(x)) return "all values of the first variable are equal";
  if (is_constant(y)) return "all values of the second variable are equal";
  return {};
}

// Deviations from the mean, scaled by a power of two so that their squares cannot overflow.
std::vector<double> deviations(std::span<const double> values) {
  const double middle = mean(values);
  std::vector<double> result;
  for (const double value : values) result.push_back(value - middle);
  const int exponent = std::ilogb(largest_magnitude(result));
  for (double& value : result) value = std::ldexp(value, -exponent);
  return result;
}

double coefficient(std::span<const double> x, std::span<const double> y) {
  const std::vector<double> u = deviations(x), v = deviations(y);
  double uu = 0, vv = 0, uv = 0;
  for (std::size_t i = 0; i < u.size(); ++i) {
    uu += u[i] * u[i];
    vv += v[i] * v[i];
    uv += u[i] * v[i];
  }
  // One root of the product: equal variables give exactly 1.
  return std::clamp(uv / std::sqrt(uu * vv), -1.0, 1.0);
}

Interval fisher_interval(double r, std::size_t n, const CorrelationOptions& options) {
  check_confidence(options.confidence);
  if (n <= 3) return {-1, 1};
  const bool both = options.alternative == Alternative::two_sided;
  const double reach = normal_quantile(both ? 0.5 + options.confidence / 2 : options.confidence) /
                       std::sqrt(static_cast<double>(n) - 3);
  const double z = std::atanh(r);
  return {options.alternative == Alternative::less ? -1 : std::tanh(z - reach),
          options.alternative == Alternative::greater ? 1 : std::tanh(z + reach)};
}

// With x = (1 - r) / 2, P(R >= r) = I_x(n/2 - 1, n/2 - 1).
double normal_theory_p(double r, std::size_t n, Alternative alternative) {
  if (n == 2) return 1;
  const double shape = 0.5 * static_cast<double>(n) - 1;
  if (alternative == Alternative::less) return beta_cdf(0.5 * (1 + r), shape, shape);
  if (alternative == Alternative::greater) return beta_cdf(0.5 * (1 - r), shape, shape);
  return std::min(1.0, 2 * beta_cdf(0.5 * (1 - std::abs(r)), shape, shape));
}

// By every way to pair the ranks; the sum of products orders the ways as rho does.
double permutation_p(const Ranks& x, const Ranks& y, Alternative alternative) {
  const std::vector<int> fixed = doubled(x.rank);
  const auto sum_of_products = [&](std::span<const int> order) {
    return std::inner_product(fixed.begin(), fixed.end(), order.begin(), std::int64_t{0});
  };
  return permutation_tails(doubled(y.rank), sum_of_products).p(alternative);
}

double t_approximation(double rho, double df, Alternative alternative) {
  const double t = std::abs(rho) == 1 ? std::copysign(kInfinity, rho)
                                      : rho * std::sqrt(df / ((1 - rho) * (1 + rho)));
  return t_p(t, df, alternative);
}

// Kendall's score: concordant less discordant pairs.
struct Score {
  std::int64_t score = 0, discordant = 0;
};
Score score_of(std::span<const int> x, std::span<const int> y) {
  Score result;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const int sign = ((x[i] > x[j]) - (x[i] < x[j])) * ((y[i] > y[j]) - (y[i] < y[j]));
      result.score += sign;
      result.discordant += sign < 0;
    }
  return result;
}

// What the ties of one variable take from the variance of Kendall's score.
struct TieSums {
  double pairs = 0, triples = 0, variance = 0;
};
TieSums tie_sums(const Ranks& ranks) {
  TieSums sums;
  for (const std::int64_t size : ranks.ties) {
    const double t = static_cast<double>(size);
    sums.pairs += t * (t - 1) / 2;
    sums.triples += t * (t - 1) * (t - 2);
    sums.variance += t * (t - 1) * (2 * t + 5);
  }
  return sums;
}

// Variance of the score under independence (Kendall, Rank Correlation Methods, 1970, eq. 4.9).
double score_variance(double n, const TieSums& x, const TieSums& y) {
  const double m = n * (n - 1);
  double variance = (m * (2 * n + 5) - x.variance - y.variance) / 18 + 2 * x.pairs * y.pairs / m;
  if (n > 2) variance += x.triples * y.triples / (9 * m * (n - 2));
  return variance;
}

}  // namespace

Correlation pearson(std::span<const double> x, std::span<const double> y,
                    const CorrelationOptions& options) {
  std::string why = unusable_pairs(x, y, 2);
  if (why.empty()) why = constant_reason(x, y);
  if (!why.empty()) return undefined(x.size(), why);
  const double r = coefficient(x, y);
  Correlation result;
  result.n = static_cast<std::int64_t>(x.size());
  result.coefficient = r;
  result.p = normal_theory_p(r, x.size(), options.alternative);
  result.ci = fisher_interval(r, x.size(), options);
  return result;
}

Correlation spearman(std::span<const double> x, std::span<const double> y,
                     const CorrelationOptions& options) {
  std::string why = unusable_pairs(x, y, 2);
  if (!why.empty()) return undefined(x.size(), why);
  const Ranks ranks_x = mid_ranks(x), ranks_y = mid_ranks(y);
  why = constant_reason(ranks_x.rank, ranks_y.rank);
  if (!why.empty()) return undefined(x.size(), why);
  const double rho = coefficient(ranks_x.rank, ranks_y.rank);
  Correlation result;
  result.n = static_cast<std::int64_t>(x.size());
  result.coefficient = rho;
  result.ci = fisher_interval(rho, x.size(), options);
  result.p = Undefined{"needs at least 3 pairs, found 2"};
  if (x.size() == 2) return result;
  result.used = options.method;
  if (options.method == RankMethod::automatic)
    result.used = x.size() <= kMostPermuted ? RankMethod::exact : RankMethod::normal;
  if (result.used == RankMethod::normal)
    result.p = t_approximation(rho, static_cast<double>(x.size()) - 2, options.alternative);
  else if (x.size() <= kMostPermuted)
    result.p = permutation_p(ranks_x, ranks_y, options.alternative);
  else
    result.p = Undefined{"all permutations are computed for at most 9 pairs"};
  return result;
}

Correlation point_biserial(std::span<const double> binary, std::span<const double> values,
                           const CorrelationOptions& options) {
  const std::string why = unusable_pairs(binary, values, 2);
  if (!why.empty()) return undefined(binary.size(), why);
  const std::vector<double> ranks = mid_ranks(binary).rank;
  const std::set<double> kinds(ranks.begin(), ranks.end());
  if (kinds.size() != 2)
    return undefined(binary.size(), "the binary variable has " + std::to_string(kinds.size()) +
                                        " different values, not 2");
  std::vector<double> yes;
  for (const double rank : ranks) yes.push_back(rank == *kinds.rbegin() ? 1 : 0);
  return pearson(yes, values, options);
}

KendallTau kendall(std::span<const double> x, std::span<const double> y, RankMethod method) {
  KendallTau result;
  result.n = static_cast<std::int64_t>(x.size());
  result.tau = result.p = Undefined{unusable_pairs(x, y, 2)};
  if (!result.tau.reason.empty()) return result;
  const Ranks ranks_x = mid_ranks(x), ranks_y = mid_ranks(y);
  result.tau = result.p = Undefined{constant_reason(ranks_x.rank, ranks_y.rank)};
  if (!result.tau.reason.empty()) return result;
  const std::vector<int> places = doubled(ranks_x.rank);
  const auto [score, discordant] = score_of(places, doubled(ranks_y.rank));
  const std::int64_t pairs = result.n * (result.n - 1) / 2;
  const TieSums ties_x = tie_sums(ranks_x), ties_y = tie_sums(ranks_y);
  const double all = static_cast<double>(pairs);
  const double untied = std::sqrt((all - ties_x.pairs) * (all - ties_y.pairs));
  result.tau = std::clamp(static_cast<double>(score) / untied, -1.0, 1.0);

  const bool ties = !ranks_x.ties.empty() || !ranks_y.ties.empty();
  const std::int64_t rarer = std::min(discordant, pairs - discordant);
  result.used = method;
  const bool few = x.size() <= kMostPermuted;
  if (method == RankMethod::automatic)
    result.used =
        few || (!ties && (result.n <= 33 || rarer <= 1)) ? RankMethod::exact : RankMethod::normal;
  if (result.used == RankMethod::normal) {
    const double variance = score_variance(static_cast<double>(result.n), ties_x, ties_y);
    result.p = normal_p(static_cast<double>(score) / std::sqrt(variance), Alternative::two_sided);
  } else if (ties && few) {
    const auto of_order = [&](std::span<const int> order) { return score_of(places, order).score; };
    result.p = permutation_tails(doubled(ranks_y.rank), of_order).p(Alternative::two_sided);
  } else if (ties) {
    result.p = Undefined{"with ties all permutations are computed for at most 9 pairs"};
  } else {
    result.p = 2 * rarer == pairs ? 1 : std::min(1.0, 2 * inversions_cdf(rarer, result.n));
  }
  return result;
}

Estimate correlation_power(double r, std::int64_t n, double alpha) {
  check_confidence(alpha);
  if (!(std::abs(r) <= 1)) return Undefined{"r is not between -1 and 1"};
  if (n <= 3) return Undefined{"needs more than 3 pairs"};
  if (std::abs(r) == 1) return 1.0;
  const double df = static_cast<double>(n) - 2;
  const double t = t_quantile(1 - alpha / 2, df);
  const double critical = std::atanh(std::sqrt(t * t / (t * t + df)));
  const double z = std::atanh(r) + r / (2 * (static_cast<double>(n) - 1));
  const double scale = std::sqrt(static_cast<double>(n) - 3);
  return normal_cdf((z - critical) * scale) + normal_cdf((-z - critical) * scale);
}

}  // namespace myoseg::statistics
