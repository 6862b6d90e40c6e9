// A statistic, or the reason why it has no value: never a bare NaN.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace myoseg::statistics {

// Why something has no value, as a clause: "all differences are zero".
struct Undefined {
  std::string reason;
};

struct Estimate {
  // NaN exactly when `reason` says why. It can be infinite: the t of equal differences is.
  double value = std::numeric_limits<double>::quiet_NaN();
  std::string reason = "not computed";

  Estimate() = default;
  // Implicit, so that `result.p = 0.03` and `return Undefined{"..."}` both read as what they mean.
  Estimate(double number) : value(number), reason(std::isnan(number) ? "not a number" : "") {}
  Estimate(Undefined why) : reason(std::move(why.reason)) {}
  [[nodiscard]] bool defined() const { return reason.empty(); }
};

// A confidence interval; a one-sided one has an infinite end (of a correlation: -1 or 1).
struct Interval {
  double low = std::numeric_limits<double>::quiet_NaN();
  double high = std::numeric_limits<double>::quiet_NaN();
  std::string reason = "not computed";

  Interval() = default;
  Interval(double lower, double upper)
      : low(lower), high(upper), reason(std::isnan(lower + upper) ? "not a number" : "") {
    // An interval over the whole line is one; its ends only add up to no number.
    if (lower < upper) reason.clear();
  }
  Interval(Undefined why) : reason(std::move(why.reason)) {}
  [[nodiscard]] bool defined() const { return reason.empty(); }
};

// What a test takes for true when it rejects: of the first sample against the second.
enum class Alternative { two_sided, less, greater };

}  // namespace myoseg::statistics
