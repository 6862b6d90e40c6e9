#include "eval/statistics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/parallel.h"
#include "core/random.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/precision.h"
#include "eval/statistics/sample.h"

namespace myoseg::statistics {
namespace {

constexpr double kMostUndefined = 0.05;

std::vector<std::size_t> draw(std::size_t patients, std::uint64_t seed, std::size_t resample) {
  Random random(seed, "bootstrap", {resample});
  std::vector<std::size_t> chosen(patients);
  for (std::size_t& patient : chosen) patient = random.below(patients);
  return chosen;
}

// Values of the statistic without each patient in turn.
std::vector<Estimate> leave_one_out(std::size_t patients, const PatientStatistic& statistic) {
  std::vector<Estimate> values(patients);
  parallel_for(patients, [&](std::size_t left_out) {
    std::vector<std::size_t> chosen;
    for (std::size_t patient = 0; patient < patients; ++patient)
      if (patient != left_out) chosen.push_back(patient);
    values[left_out] = statistic(chosen);
  });
  return values;
}

Interval interval_of(const Bootstrap& result, const std::vector<Estimate>& without_one,
                     const BootstrapOptions& options) {
  if (static_cast<double>(result.undefined_resamples) >
      kMostUndefined * static_cast<double>(options.resamples))
    return Undefined{std::to_string(result.undefined_resamples) + " of " +
                     std::to_string(options.resamples) + " resamples have no value"};
  std::vector<double> values;
  for (const Estimate& estimate : without_one) {
    if (!estimate.defined() || !std::isfinite(estimate.value))
      return Undefined{"without one patient there is no value: " + estimate.reason};
    values.push_back(estimate.value);
  }
  return bca_interval(result.distribution, result.value.value, values, options.confidence);
}

}  // namespace

Interval bca_interval(std::span<const double> distribution, double value,
                      std::span<const double> without_one, double confidence) {
  check_confidence(confidence);
  if (distribution.empty()) return Undefined{"there are no resamples"};
  std::vector<double> sorted(distribution.begin(), distribution.end());
  std::sort(sorted.begin(), sorted.end());
  const double scale = std::max({-sorted.front(), sorted.back(), std::abs(value)});
  if (tied_at(sorted.front(), value, scale) && tied_at(sorted.back(), value, scale))
    return {value, value};
  double below = 0;
  for (const double resampled : sorted)
    below += tied_at(resampled, value, scale) ? 0.5 : resampled < value ? 1 : 0;
  const double bias = normal_quantile(below / static_cast<double>(sorted.size()));
  if (!std::isfinite(bias)) return Undefined{"the value lies outside those of all resamples"};

  double squares = 0, cubes = 0;
  if (!without_one.empty() && !is_constant(without_one)) {
    const double middle = mean(without_one);
    for (const double other : without_one) {
      squares += std::pow(middle - other, 2);
      cubes += std::pow(middle - other, 3);
    }
  }
  const double acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
  const auto end = [&](double p) {
    const double z = bias + normal_quantile(p);
    return quantile(sorted, normal_cdf(bias + z / (1 - acceleration * z)));
  };
  return interval_around(value, end(0.5 - confidence / 2), end(0.5 + confidence / 2));
}

Bootstrap bootstrap(std::size_t patients, const PatientStatistic& statistic,
                    const BootstrapOptions& options) {
  check_confidence(options.confidence);
  if (options.resamples < 2)
    throw usage_error("a bootstrap needs at least 2 resamples, found {}", options.resamples);
  Bootstrap result;
  result.se = Undefined{"needs at least 2 patients, found " + std::to_string(patients)};
  result.ci = Undefined{result.se.reason};
  std::vector<std::size_t> everyone(patients);
  std::iota(everyone.begin(), everyone.end(), std::size_t{0});
  result.value = patients > 0 ? statistic(everyone) : result.se;
  if (patients < 2) return result;
  if (!result.value.defined() || !std::isfinite(result.value.value)) {
    result.se = Undefined{"the sample itself has no value: " + result.value.reason};
    result.ci = Undefined{result.se.reason};
    return result;
  }
  std::vector<Estimate> values(static_cast<std::size_t>(options.resamples));
  parallel_for(values.size(),
               [&](std::size_t i) { values[i] = statistic(draw(patients, options.seed, i)); });
  for (const Estimate& estimate : values) {
    if (estimate.defined() && std::isfinite(estimate.value))
      result.distribution.push_back(estimate.value);
    else
      ++result.undefined_resamples;
  }
  result.se = Undefined{"fewer than 2 resamples have a value"};
  if (result.distribution.size() > 1) result.se = sample_sd(result.distribution);
  result.ci = interval_of(result, leave_one_out(patients, statistic), options);
  return result;
}

Bootstrap bootstrap_values(std::span<const double> values, const ValueStatistic& statistic,
                           const BootstrapOptions& options) {
  const auto of_patients = [&](std::span<const std::size_t> patients) {
    std::vector<double> drawn;
    drawn.reserve(patients.size());
    for (const std::size_t patient : patients) drawn.push_back(values[patient]);
    return statistic(drawn);
  };
  return bootstrap(values.size(), of_patients, options);
}

Bootstrap bootstrap_clusters(std::span<const double> values, std::span<const std::string> patients,
                             const ValueStatistic& statistic, const BootstrapOptions& options) {
  const std::vector<std::vector<double>> of_patient = by_patient(values, patients);
  const auto of_patients = [&](std::span<const std::size_t> chosen) {
    std::vector<double> drawn;
    for (const std::size_t patient : chosen)
      drawn.insert(drawn.end(), of_patient[patient].begin(), of_patient[patient].end());
    return statistic(drawn);
  };
  return bootstrap(of_patient.size(), of_patients, options);
}

}  // namespace myoseg::statistics
