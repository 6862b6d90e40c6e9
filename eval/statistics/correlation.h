// How two quantities go together over the same cases.
#pragma once

#include <cstdint>
#include <span>

#include "eval/statistics/estimate.h"
#include "eval/statistics/ranks.h"

namespace myoseg::statistics {

struct CorrelationOptions {
  Alternative alternative = Alternative::two_sided;
  double confidence = 0.95;
  // Of Spearman's p. automatic: exact, by all permutations, below ten pairs, else normal.
  RankMethod method = RankMethod::automatic;
};
struct Correlation {
  std::int64_t n = 0;
  Estimate coefficient;  // -1..1; undefined when one variable is constant
  Estimate p;            // of "no correlation"
  // By Fisher's z (Fisher, Metron 1921); -1..1 for two or three pairs, which say nothing.
  Interval ci;
  RankMethod used = RankMethod::automatic;  // for Spearman's p
};

// All throw Error(bad_data) when the lengths differ.
//
// Pearson's r; p from the exact distribution of r under normality (two pairs: 1).
[[nodiscard]] Correlation pearson(std::span<const double> x, std::span<const double> y,
                                  const CorrelationOptions& options = {});
// Spearman's rho: r of the mid-ranks; p from all permutations of one variable (exact also with
// ties; below ten pairs) or by t with n-2 degrees of freedom (Kendall & Stuart, vol. 2, section
// 31.19).
[[nodiscard]] Correlation spearman(std::span<const double> x, std::span<const double> y,
                                   const CorrelationOptions& options = {});
// Pearson's r of a variable with two values (the larger one is "yes") and one with any; undefined
// when `binary` has more or fewer than two.
[[nodiscard]] Correlation point_biserial(std::span<const double> binary,
                                         std::span<const double> values,
                                         const CorrelationOptions& options = {});

struct KendallTau {
  std::int64_t n = 0;
  Estimate tau;  // tau-b (Kendall, Biometrika 1945)
  Estimate p;    // two-sided
  RankMethod used = RankMethod::automatic;
};
// automatic: exact below ten pairs, without ties up to 33 or next to the extremes, else normal.
// Exact from ten pairs on with ties is undefined.
[[nodiscard]] KendallTau kendall(std::span<const double> x, std::span<const double> y,
                                 RankMethod method = RankMethod::automatic);

// Chance of a two-sided test at level `alpha` to find a true correlation r in n pairs (Cohen,
// Statistical Power Analysis, 1988, ch. 3).
[[nodiscard]] Estimate correlation_power(double r, std::int64_t n, double alpha = 0.05);

}  // namespace myoseg::statistics
