// Which floating-point numbers are the same number at the data's own precision. Everything that
// ranks, or asks whether two values are equal, asks here.
#pragma once

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

// The share of a computed number that is noise: of its size, or of what it was computed from.
inline constexpr double kNoise = 1e-12;

// How far `value` may be from the number it stands for. A decimal of at most 15 significant digits,
// as people write them, is kept to the last bit: two such decimals, and the differences of two
// pairs of them, are tied exactly when decimal arithmetic says so. With more digits it is the
// result of a computation, whose last digits are noise.
[[nodiscard]] double noise_of(double value);
// 0.3 and 0.1 + 0.2 are.
[[nodiscard]] bool tied(double a, double b);
// Two results of computations over numbers of size `scale`, such as means over cases.
[[nodiscard]] bool tied_at(double a, double b, double scale);

// The interval from `low` to `high`; undefined where it does not contain `value`, because what it
// was derived from is not true there.
[[nodiscard]] Interval interval_around(double value, double low, double high);

}  // namespace myoseg::statistics
