// Two or more groups of different cases, and several measurements of the same cases.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "eval/statistics/estimate.h"
#include "eval/statistics/paired.h"

namespace myoseg::statistics {

// equal: Student's pooled variance; unequal: Welch (Biometrika 1947).
enum class Variances { equal, unequal };
[[nodiscard]] TTest independent_t(std::span<const double> x, std::span<const double> y,
                                  Variances variances = Variances::unequal,
                                  const TestOptions& options = {});

struct MannWhitneyOptions {
  Alternative alternative = Alternative::two_sided;
  // automatic: exact when a group has at most 8 values and no value occurs twice, else normal.
  RankMethod method = RankMethod::automatic;
  bool continuity_correction = true;  // of the normal approximation
};
struct MannWhitneyTest {
  std::int64_t n1 = 0, n2 = 0;
  bool ties = false;
  Estimate u;  // of the first group: pairs in which it is larger, ties counted half
  Estimate p;
  Estimate common_language;  // P(a value of the first group is larger), ties counted half
  Estimate rank_biserial;    // 2 * common_language - 1
  RankMethod used = RankMethod::automatic;
};
// Mann & Whitney, Annals of Mathematical Statistics 1947; 1 when all values are equal. The exact p
// is exact also with ties: it counts the ways to deal out the ranks that the sample has.
[[nodiscard]] MannWhitneyTest mann_whitney(std::span<const double> x, std::span<const double> y,
                                           const MannWhitneyOptions& options = {});

// Difference of the means in units of the pooled SD (Cohen 1988, section 2.2).
[[nodiscard]] Estimate cohen_d_pooled(std::span<const double> x, std::span<const double> y);

struct GroupTest {
  Estimate statistic, p;
};
using Groups = std::span<const std::vector<double>>;
// One-way analysis of variance: F. Groups without any spread but different means: F is infinite.
[[nodiscard]] GroupTest anova(Groups groups);
// H with the correction for ties (Kruskal & Wallis, JASA 1952).
[[nodiscard]] GroupTest kruskal_wallis(Groups groups);
// Are the variances equal? F of |value - centre| (mean: Levene 1960; median: Brown & Forsythe,
// JASA 1974), and Bartlett's chi-squared (1937).
enum class Centre { mean, median };
[[nodiscard]] GroupTest levene(Groups groups, Centre centre = Centre::median);
[[nodiscard]] GroupTest bartlett(Groups groups);
// Chi-squared of the ranks within each case (Friedman, JASA 1937), with the correction for ties.
// groups[m][i] is measurement m of case i; at least three. Throws Error(bad_data) when they differ
// in length.
[[nodiscard]] GroupTest friedman(Groups groups);

}  // namespace myoseg::statistics
