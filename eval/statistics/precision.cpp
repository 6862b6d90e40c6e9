#include "eval/statistics/precision.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace myoseg::statistics {
namespace {

constexpr int kDecimalDigits = std::numeric_limits<double>::digits10;  // survive text and back

int significant_digits(double value) {
  char text[40];
  const auto end =
      std::to_chars(text, text + sizeof text, std::abs(value), std::chars_format::scientific).ptr;
  return static_cast<int>(
      std::count_if(text, std::find(text, end, 'e'), [](char c) { return c != '.'; }));
}

}  // namespace

double noise_of(double value) {
  if (!std::isfinite(value)) return 0;
  const bool is_decimal = significant_digits(value) <= kDecimalDigits;
  return (is_decimal ? std::numeric_limits<double>::epsilon() : kNoise) * std::abs(value);
}

bool tied(double a, double b) { return a == b || std::abs(a - b) <= noise_of(a) + noise_of(b); }

bool tied_at(double a, double b, double scale) { return std::abs(a - b) <= kNoise * scale; }

Interval interval_around(double value, double low, double high) {
  const double room = kNoise * std::abs(value);
  if (low > value + room || high < value - room)
    return Undefined{"the interval does not hold its estimate"};
  return {low, high};
}

}  // namespace myoseg::statistics
