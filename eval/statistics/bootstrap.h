// Confidence intervals of any statistic, by drawing patients again.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

struct BootstrapOptions {
  std::int64_t resamples = 9999;
  double confidence = 0.95;
  std::uint64_t seed = 1;
};
struct Bootstrap {
  Estimate value;                    // of the sample itself
  Estimate se;                       // SD of the resamples' values
  Interval ci;                       // BCa
  std::vector<double> distribution;  // values of the resamples that had one, in order of drawing
  std::int64_t undefined_resamples = 0;  // those that had none; more than 5 %: no interval
};

// A statistic of the patients with these numbers (0-based; a number can come several times). It is
// called from several threads at once.
using PatientStatistic = std::function<Estimate(std::span<const std::size_t> patients)>;

// Bias-corrected and accelerated interval (Efron, JASA 1987): patients are drawn with replacement,
// the acceleration comes from leaving out one patient at a time. The draws depend on the seed
// alone, not on threads. Fewer than two patients: no interval. Throws Error(bad_usage) for fewer
// than 2 resamples.
[[nodiscard]] Bootstrap bootstrap(std::size_t patients, const PatientStatistic& statistic,
                                  const BootstrapOptions& options = {});

// The same for a statistic of values; each value is a patient of its own...
using ValueStatistic = std::function<Estimate(std::span<const double> values)>;
[[nodiscard]] Bootstrap bootstrap_values(std::span<const double> values,
                                         const ValueStatistic& statistic,
                                         const BootstrapOptions& options = {});
// ... or belongs to one: all values with one name in `patients` are drawn together (Field & Welsh,
// JRSS B 2007). Throws Error(bad_data) when the lengths differ.
[[nodiscard]] Bootstrap bootstrap_clusters(std::span<const double> values,
                                           std::span<const std::string> patients,
                                           const ValueStatistic& statistic,
                                           const BootstrapOptions& options = {});

// The interval from the resamples' values and the values without each patient in turn; quantiles
// of type 7.
[[nodiscard]] Interval bca_interval(std::span<const double> distribution, double value,
                                    std::span<const double> without_one, double confidence);

}  // namespace myoseg::statistics
