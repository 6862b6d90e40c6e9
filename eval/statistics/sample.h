// What every statistic asks of its sample first: is it usable, where is its middle, how wide is it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg::statistics {

// "" or the reason why `values` cannot be used: fewer than `needed`, or one that is not finite.
[[nodiscard]] std::string unusable(std::span<const double> values, std::size_t needed,
                                   std::string_view what = "values");
// The same for pairs. Throws Error(bad_data) when x and y are not of one length.
[[nodiscard]] std::string unusable_pairs(std::span<const double> x, std::span<const double> y,
                                         std::size_t needed);

// "" or the reason why sums of the values' squares cannot be held: they are too small or too large.
[[nodiscard]] std::string unsquarable(std::span<const double> values);

// Both in two passes, so that a large offset costs no digits (Chan, Golub & LeVeque, The American
// Statistician 1983). `values` must not be empty.
[[nodiscard]] double mean(std::span<const double> values);
[[nodiscard]] double sum_of_squares(std::span<const double> values);  // about the mean
// SD with n-1, of values of any size; 0 where they differ by no more than the rounding of numbers
// of size `scale` (default: of the values). Needs two values.
[[nodiscard]] double sample_sd(std::span<const double> values, double scale = 0);

struct MeanSd {
  double mean = 0;  // NaN for an empty sample
  double sd = 0;    // n-1; NaN below two values
};
[[nodiscard]] MeanSd mean_sd(std::span<const double> values);

// Quantile with linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
// `sorted` must not be empty.
[[nodiscard]] double quantile(std::span<const double> sorted, double p);

// The values of each patient; patients by first appearance, so that nothing depends on what they
// are called. Throws Error(bad_data) when the lengths differ.
[[nodiscard]] std::vector<std::vector<double>> by_patient(std::span<const double> values,
                                                          std::span<const std::string> patients);

[[nodiscard]] double largest_magnitude(std::span<const double> values);
// Whether a spread is nothing but the rounding of numbers of size `scale`.
[[nodiscard]] bool only_rounding(double spread, double scale);
// max and min are tied, or max - min is only rounding of numbers of size `scale`.
[[nodiscard]] bool is_constant(std::span<const double> values, double scale = 0);

// x - y of each pair; 0 where they are tied.
struct Differences {
  std::vector<double> values;
  std::vector<double> noise;  // of each: that of both numbers together, for mid_ranks()
  double scale = 0;           // size of the numbers subtracted, for is_constant() and sample_sd()
};
[[nodiscard]] Differences differences(std::span<const double> x, std::span<const double> y);

}  // namespace myoseg::statistics
