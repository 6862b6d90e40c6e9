// What the tests of statistics share.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

using Values = std::vector<double>;
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

inline void expect_value(const Estimate& estimate, double value, double relative = 1e-12) {
  EXPECT_TRUE(estimate.defined()) << estimate.reason;
  if (std::isinf(value))
    EXPECT_EQ(estimate.value, value);
  else
    EXPECT_NEAR(estimate.value, value, relative * std::abs(value) + 1e-15);
}
inline void expect_undefined(const Estimate& estimate, const std::string& reason) {
  EXPECT_FALSE(estimate.defined());
  EXPECT_EQ(estimate.reason, reason);
  EXPECT_TRUE(std::isnan(estimate.value));
}
inline void expect_interval(const Interval& interval, double low, double high,
                            double relative = 1e-12) {
  EXPECT_TRUE(interval.defined()) << interval.reason;
  expect_value(interval.low, low, relative);
  expect_value(interval.high, high, relative);
}

}  // namespace myoseg::statistics
