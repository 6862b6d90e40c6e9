// The sample behind one violin and the axis that all share.
#pragma once

#include <vector>

#include "eval/measure/metrics.h"
#include "eval/statistics/density.h"

namespace myoseg {

struct Violin {
  std::vector<double> values;  // sorted
  std::vector<double>
      far_out;  // sorted; so far from the others that the axis would be theirs alone
  statistics::Density density;  // empty until somebody computes it
};
// What lies more than three interquartile ranges beyond the quartiles is far out (Tukey 1977), of a
// metric that has a worse side only there, and in no sample of fewer than eight.
[[nodiscard]] Violin violin_of(std::vector<double> values, Better better);

struct ViolinAxis {
  double low = 0, high = 1, tick = 0.1;
  double least = 0, most = 1;  // that a value can have: a density ends there
};
// With room beyond the values for the tails of their violins. A share ends at 1 and needs not begin
// at 0.
[[nodiscard]] ViolinAxis violin_axis(const std::vector<Violin>& violins, const Metric& metric);

}  // namespace myoseg
