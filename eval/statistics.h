// Descriptive statistics of a sample and its density, for tables and figures.
#pragma once

#include <vector>

namespace myoseg {

struct MeanSd {
  double mean = 0;  // NaN for an empty sample
  double sd = 0;    // n-1; NaN below two values
};
[[nodiscard]] MeanSd mean_sd(const std::vector<double>& values);

// Quantile with linear interpolation between order statistics (Hyndman & Fan 1996, type 7).
// `sorted` must not be empty.
[[nodiscard]] double quantile(const std::vector<double>& sorted, double p);

// Gaussian kernel density on `points` places from `low` to `high`; the bandwidth is Silverman's 0.9
// min(SD, IQR/1.34) n^(-1/5) (Density Estimation, 1986, eq. 3.31). Empty when the sample has fewer
// than three values or no spread.
struct Density {
  std::vector<double> at, value;
};
[[nodiscard]] Density kernel_density(std::vector<double> values, double low, double high,
                                     int points);

}  // namespace myoseg
