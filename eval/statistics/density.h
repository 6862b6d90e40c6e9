// The density of a sample, for figures.
#pragma once

#include <vector>

namespace myoseg::statistics {

// Gaussian kernel density on `points` places from `low` to `high`; the bandwidth is Silverman's 0.9
// min(SD, IQR/1.34) n^(-1/5) (Density Estimation, 1986, eq. 3.31). Empty when the sample has fewer
// than three values or no spread.
struct Density {
  std::vector<double> at, value;
};
[[nodiscard]] Density kernel_density(std::vector<double> values, double low, double high,
                                     int points);

}  // namespace myoseg::statistics
