// Do two measurements of the same quantity agree? The ICC is in icc.h.
#pragma once

#include <cstdint>
#include <span>

#include "eval/statistics/estimate.h"
#include "eval/statistics/regression.h"

namespace myoseg::statistics {

struct BlandAltmanOptions {
  double agreement = 1.96;   // half-width of the limits in SDs of the differences
  double confidence = 0.95;  // of the three intervals
};
struct BlandAltman {
  std::int64_t n = 0;
  Estimate bias;          // mean of x - y
  Estimate sd;            // of the differences, n-1
  Estimate lower, upper;  // bias -+ agreement * sd
  Interval ci_bias, ci_lower, ci_upper;
  // Proportional bias: the line of the differences over the means (x + y) / 2. A small p of the
  // slope says that the bias changes with the size.
  Coefficient slope, intercept;
};
// Bland & Altman, Lancet 1986 (limits; their standard error sqrt(3 sd^2 / n)) and Statistical
// Methods in Medical Research 1999, section 3.2 (proportional bias). Throws Error(bad_data) when
// the lengths differ.
[[nodiscard]] BlandAltman bland_altman(std::span<const double> x, std::span<const double> y,
                                       const BlandAltmanOptions& options = {});

struct Concordance {
  std::int64_t n = 0;
  Estimate ccc;        // 1: all points on the line of identity
  Interval ci;         // by Fisher's z
  Estimate accuracy;   // C_b = ccc / r: how close the best line is to the line of identity
  Estimate precision;  // Pearson's r: how close the points are to their line
};
// Lin's concordance correlation coefficient with moments over n (Lin, Biometrics 1989; variance as
// corrected in Biometrics 2000, p. 324). One constant measurement: 0 without an interval. Throws
// Error(bad_data) when the lengths differ.
[[nodiscard]] Concordance concordance(std::span<const double> x, std::span<const double> y,
                                      double confidence = 0.95);

}  // namespace myoseg::statistics
