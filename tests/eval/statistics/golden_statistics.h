// How the runners over golden statistics compare: our values in the record's own shape against the
// record's.
#pragma once

#include <functional>
#include <string>

#include "eval/statistics/estimate.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

// A number, an array of two, or {"undefined": reason}.
[[nodiscard]] Json as_json(const statistics::Estimate& estimate);
[[nodiscard]] Json as_json(const statistics::Interval& interval);

struct Tolerance {
  double relative = 1e-9;
  double absolute = 0;
};
// scipy 1.10 computes Shapiro-Wilk in single precision: a W of six digits, whose p loses another.
// statistics_test.cpp compares with scipy 1.17, which has double.
inline constexpr Tolerance kShapiro{5e-5, 0};
// The tolerance of the value at a path like "fixture/pearson/less/p".
using ToleranceOf = std::function<Tolerance(const std::string& path)>;

// Every value under `expected` against the one at the same place of `actual`; what `actual` lacks
// is named through `tally`. Where the reference has no value (nan, an error), ours must be a number
// or a reason.
void compare(const Json& expected, const Json& actual, const std::string& path,
             const ToleranceOf& tolerance, Tally& tally);

[[nodiscard]] std::vector<double> numbers(const Json& array);
// 0.95 of a key like "ci95" or "ci95_mean_difference", or 0 when it is none.
[[nodiscard]] double confidence_of(const std::string& key);
[[nodiscard]] statistics::Alternative alternative_of(const std::string& name);

}  // namespace myoseg::testing
