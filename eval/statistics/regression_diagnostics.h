// What ols() tells of a fit beside its coefficients. Only regression*.cpp include this: it shows
// Eigen.
#pragma once

#include <Eigen/Dense>
#include <span>

#include "eval/statistics/regression.h"

namespace myoseg::statistics {

// Columns of unit norm that are closer than this to a combination of the others depend on them; an
// observation is free of the line when its leverage is further than this from 1.
inline constexpr double kDependent = 1e-12;

inline Eigen::VectorXd to_vector(std::span<const double> values) {
  return Eigen::Map<const Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
}
inline double real(std::int64_t n) { return static_cast<double>(n); }

// Sums of squares, R2, F, likelihood and what follows from them; `fit` has its residuals.
void fill_sums(Regression& fit, std::span<const double> y);
// Studentised residuals and Cook's distances; `fit` has its residuals, sums and leverages.
void fill_influence(Regression& fit);
// Largest by smallest singular value of the regressors with the column of ones.
[[nodiscard]] Estimate condition_number(std::span<const Regressor> regressors, std::size_t n);

}  // namespace myoseg::statistics
