// One sample in numbers, and the errors of predicted values.
#pragma once

#include <cstdint>
#include <span>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

struct Description {
  std::int64_t n = 0;
  Estimate mean, sd, sem;                         // SD with n-1; SEM = SD / sqrt(n)
  Estimate median, q25, q75, iqr, min, max;       // quantiles of type 7 (Hyndman & Fan 1996)
  Estimate skewness, kurtosis;                    // moments m3/m2^1.5 and m4/m2^2 - 3
  Estimate skewness_unbiased, kurtosis_unbiased;  // G1, G2 (Joanes & Gill, The Statistician 1998)
  Estimate cv_percent;                            // 100 SD / mean; of a positive mean
};
[[nodiscard]] Description describe_sample(std::span<const double> values);

// Of `predicted` against `truth`, in their unit; `mape` is a fraction, `r2` = 1 -
// SS_error/SS_truth.
struct PredictionErrors {
  std::int64_t n = 0;
  Estimate mae, mse, rmse, mape, r2;
};
// Throws Error(bad_data) when the lengths differ.
[[nodiscard]] PredictionErrors prediction_errors(std::span<const double> truth,
                                                 std::span<const double> predicted);

}  // namespace myoseg::statistics
