#include "eval/statistics/paired.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "eval/statistics/distributions.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t kAutomaticExact = 50, kAutomaticExactWithZeros = 13;  // as SciPy 1.17
constexpr std::size_t kMostExact = 500;  // the work grows with the cube

// The ranks of |difference| under a rule for zeros, and their sums by sign.
struct SignedRanks {
  std::vector<double> of_nonzero;
  double plus = 0, minus = 0, of_zeros = 0;
  double tie_term = 0;  // over the ranks that count
  std::size_t ranked = 0;
};

SignedRanks signed_ranks(const Differences& differences, ZeroRule rule) {
  std::vector<double> kept, sizes, noise;
  for (std::size_t i = 0; i < differences.values.size(); ++i) {
    const double difference = differences.values[i];
    if (rule == ZeroRule::drop && difference == 0) continue;
    kept.push_back(difference);
    sizes.push_back(std::abs(difference));
    noise.push_back(differences.noise[i]);
  }
  const Ranks ranks = mid_ranks(sizes, noise);
  SignedRanks result;
  result.ranked = kept.size();
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == 0) {
      result.of_zeros += ranks.rank[i];
      continue;
    }
    result.of_nonzero.push_back(ranks.rank[i]);
    (kept[i] > 0 ? result.plus : result.minus) += ranks.rank[i];
  }
  result.tie_term =
      rule == ZeroRule::split ? ranks.tie_term() : mid_ranks(result.of_nonzero).tie_term();
  return result;
}

// Both ends of the exact distribution of the positive rank sum.
Estimate exact_p(const SignedRanks& ranks, Alternative alternative) {
  if (ranks.of_nonzero.size() > kMostExact)
    return Undefined{"the exact distribution is computed for at most 500 differences"};
  const std::vector<double> distribution = sign_sum_distribution(doubled(ranks.of_nonzero));
  const std::int64_t at = std::llround(2 * ranks.plus);
  return Tails{probability_up_to(distribution, at), probability_from(distribution, at)}.p(
      alternative);
}

Estimate normal_z(const SignedRanks& ranks, double statistic, std::int64_t zeros,
                  const WilcoxonOptions& options) {
  const auto moments = [](double n) {
    return std::pair(n * (n + 1) / 4, n * (n + 1) * (2 * n + 1) / 24);
  };
  auto [expected, variance] = moments(static_cast<double>(ranks.ranked));
  if (options.zeros == ZeroRule::pratt) {
    const auto [of_zeros, variance_of_zeros] = moments(static_cast<double>(zeros));
    expected -= of_zeros;
    variance -= variance_of_zeros;
  }
  variance -= ranks.tie_term / 48;
  if (!(variance > 0)) return Undefined{"the rank sum has no variance"};
  double shift = 0;
  if (options.continuity_correction) {
    if (options.alternative == Alternative::two_sided)
      shift = statistic > expected ? 0.5 : statistic < expected ? -0.5 : 0;
    else
      shift = options.alternative == Alternative::less ? -0.5 : 0.5;
  }
  return (statistic - expected - shift) / std::sqrt(variance);
}

WilcoxonTest undefined_wilcoxon(WilcoxonTest result, const std::string& why) {
  result.rank_sum_plus = result.rank_sum_minus = result.statistic = Undefined{why};
  result.z = result.p = result.rank_biserial = Undefined{why};
  return result;
}

}  // namespace

TTest undefined_t_test(const std::string& reason) {
  TTest result;
  result.difference = result.t = result.df = result.p = Undefined{reason};
  result.ci = Undefined{reason};
  return result;
}

TTest t_test_of(double difference, double se, double df, const TestOptions& options) {
  TTest result;
  result.difference = difference;
  result.df = df;
  result.ci = t_interval(difference, se, df, options.alternative, options.confidence);
  if (se == 0 && difference == 0) {
    result.t = result.p = Undefined{"there is neither a difference nor any spread"};
    return result;
  }
  const double t = se == 0 ? std::copysign(kInfinity, difference) : difference / se;
  result.t = t;
  result.p = t_p(t, df, options.alternative);
  return result;
}

TTest paired_t(std::span<const double> x, std::span<const double> y, const TestOptions& options) {
  const std::string why = unusable_pairs(x, y, 2);
  TTest result = undefined_t_test(why);
  if (why.empty()) {
    const Differences d = differences(x, y);
    double difference = mean(d.values);
    const double sd = sample_sd(d.values, d.scale);
    if (sd == 0 && only_rounding(difference, d.scale)) difference = 0;
    const double n = static_cast<double>(x.size());
    result = t_test_of(difference, sd / std::sqrt(n), n - 1, options);
    if (!result.t.defined()) result.t = result.p = Undefined{"all differences are zero"};
  }
  result.n = static_cast<std::int64_t>(x.size());
  return result;
}

WilcoxonTest wilcoxon(std::span<const double> x, std::span<const double> y,
                      const WilcoxonOptions& options) {
  WilcoxonTest result;
  result.n = static_cast<std::int64_t>(x.size());
  if (const std::string why = unusable_pairs(x, y, 1); !why.empty())
    return undefined_wilcoxon(result, why);
  const Differences d = differences(x, y);
  result.zeros = std::count(d.values.begin(), d.values.end(), 0.0);
  if (result.zeros == result.n && options.zeros != ZeroRule::split)
    return undefined_wilcoxon(result, "all differences are zero");

  const SignedRanks ranks = signed_ranks(d, options.zeros);
  const double plus = ranks.plus + (options.zeros == ZeroRule::split ? ranks.of_zeros / 2 : 0);
  const double minus = ranks.minus + (options.zeros == ZeroRule::split ? ranks.of_zeros / 2 : 0);
  const bool both = options.alternative == Alternative::two_sided;
  result.rank_sum_plus = plus;
  result.rank_sum_minus = minus;
  result.statistic = both ? std::min(plus, minus) : plus;
  result.ties = !mid_ranks(ranks.of_nonzero).ties.empty();
  result.used = options.method;
  const std::int64_t most = result.zeros == 0 ? kAutomaticExact : kAutomaticExactWithZeros;
  if (options.method == RankMethod::automatic)
    result.used = result.n <= most ? RankMethod::exact : RankMethod::normal;
  result.z = Undefined{"the exact distribution was used"};
  if (result.used == RankMethod::exact) {
    result.p = exact_p(ranks, options.alternative);
  } else {
    result.z = normal_z(ranks, result.statistic.value, result.zeros, options);
    result.p =
        result.z.defined() ? Estimate(normal_p(result.z.value, options.alternative)) : result.z;
  }
  const SignedRanks nonzero = signed_ranks(d, ZeroRule::drop);
  result.rank_biserial = Undefined{"all differences are zero"};
  if (nonzero.ranked > 0)
    result.rank_biserial = (nonzero.plus - nonzero.minus) / (nonzero.plus + nonzero.minus);
  return result;
}

Estimate cohen_d_average(std::span<const double> x, std::span<const double> y) {
  if (std::string why = unusable_pairs(x, y, 2); !why.empty()) return Undefined{std::move(why)};
  const double spread = std::hypot(sample_sd(x), sample_sd(y)) / std::sqrt(2.0);
  if (spread == 0) return Undefined{"neither sample has any spread"};
  return mean(differences(x, y).values) / spread;
}

Estimate cohen_d_differences(std::span<const double> x, std::span<const double> y) {
  if (std::string why = unusable_pairs(x, y, 2); !why.empty()) return Undefined{std::move(why)};
  const Differences d = differences(x, y);
  const double spread = sample_sd(d.values, d.scale);
  if (spread == 0) return Undefined{"all differences are equal"};
  return mean(d.values) / spread;
}

}  // namespace myoseg::statistics
