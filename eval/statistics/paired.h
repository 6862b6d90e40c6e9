// Two measurements of the same cases: is the difference more than chance, and how large is it?
#pragma once

#include <cstdint>
#include <span>

#include "eval/statistics/estimate.h"
#include "eval/statistics/ranks.h"

namespace myoseg::statistics {

struct TestOptions {
  Alternative alternative = Alternative::two_sided;
  double confidence = 0.95;
};
// Of a mean, or of a difference of two means.
struct TTest {
  std::int64_t n = 0;   // pairs, or values of both groups
  Estimate difference;  // mean of the first minus mean of the second
  Estimate t, df, p;    // equal differences: t is infinite and p 0; all zero: undefined
  Interval ci;          // of `difference`
};
// Student's t of x - y (Student, Biometrika 1908). Throws Error(bad_data) when the lengths differ.
[[nodiscard]] TTest paired_t(std::span<const double> x, std::span<const double> y,
                             const TestOptions& options = {});

// What becomes of pairs without a difference: left out (Wilcoxon 1945), ranked and then left out
// (Pratt 1959; its normal approximation: Cureton 1967), or half for each side.
enum class ZeroRule { drop, pratt, split };
struct WilcoxonOptions {
  Alternative alternative = Alternative::two_sided;
  // automatic: exact up to 50 pairs, up to 13 when one of them is without a difference, else
  // normal.
  RankMethod method = RankMethod::automatic;
  ZeroRule zeros = ZeroRule::drop;
  bool continuity_correction = false;  // of the normal approximation
};
struct WilcoxonTest {
  std::int64_t n = 0;      // pairs
  std::int64_t zeros = 0;  // of them without a difference
  bool ties = false;       // some differences are equally large
  Estimate rank_sum_plus, rank_sum_minus;
  Estimate statistic;  // the smaller rank sum; for a one-sided alternative the positive one
  Estimate z;          // of the normal approximation, undefined when it is not used
  Estimate p;
  // (R+ - R-) / (R+ + R-) without the zeros (Kerby, Comprehensive Psychology 2014).
  Estimate rank_biserial;
  RankMethod used = RankMethod::automatic;
};
// Wilcoxon's signed-rank test of x - y (Biometrics Bulletin 1945); ties and zeros at the data's own
// precision (precision.h). The exact p is exact also with
// ties and zeros: it counts the signs of the ranks that the sample has; up to 500 differences.
// Throws Error(bad_data) when the lengths differ.
[[nodiscard]] WilcoxonTest wilcoxon(std::span<const double> x, std::span<const double> y,
                                    const WilcoxonOptions& options = {});

// Cohen's d of pairs (Lakens, Frontiers in Psychology 2013): the mean difference in units of
// sqrt((SDx^2 + SDy^2) / 2), d_av, or of the SD of the differences, d_z.
[[nodiscard]] Estimate cohen_d_average(std::span<const double> x, std::span<const double> y);
[[nodiscard]] Estimate cohen_d_differences(std::span<const double> x, std::span<const double> y);

// t, p and interval of `difference` with standard error `se` and `df` degrees of freedom.
[[nodiscard]] TTest t_test_of(double difference, double se, double df, const TestOptions& options);
// The same fields, all undefined.
[[nodiscard]] TTest undefined_t_test(const std::string& reason);

}  // namespace myoseg::statistics
