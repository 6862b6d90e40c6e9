// Distribution functions and what tests make of them. Arguments outside a function's domain give
// NaN, never an exception.
#pragma once

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

// cdf: P(X <= x); sf: P(X > x), precise where it is small; quantile: the x with cdf(x) = p.
[[nodiscard]] double normal_cdf(double z);
[[nodiscard]] double normal_sf(double z);
[[nodiscard]] double normal_quantile(double p);
[[nodiscard]] double t_cdf(double t, double df);
[[nodiscard]] double t_sf(double t, double df);
[[nodiscard]] double t_quantile(double p, double df);
[[nodiscard]] double f_cdf(double f, double df1, double df2);
[[nodiscard]] double f_sf(double f, double df1, double df2);
[[nodiscard]] double f_quantile(double p, double df1, double df2);
[[nodiscard]] double chi2_cdf(double x, double df);
[[nodiscard]] double chi2_sf(double x, double df);
[[nodiscard]] double chi2_quantile(double p, double df);
// The regularised incomplete beta function I_x(a, b).
[[nodiscard]] double beta_cdf(double x, double a, double b);

// p-value of a statistic that is normal, or t, under the null hypothesis.
[[nodiscard]] double normal_p(double z, Alternative alternative);
[[nodiscard]] double t_p(double t, double df, Alternative alternative);
// estimate -+ quantile * se at `confidence`; one end is infinite for a one-sided alternative.
[[nodiscard]] Interval t_interval(double estimate, double se, double df, Alternative alternative,
                                  double confidence);
// Throws Error(bad_usage) unless 0 < confidence < 1.
void check_confidence(double confidence);

}  // namespace myoseg::statistics
