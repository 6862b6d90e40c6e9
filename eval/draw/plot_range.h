// The range that a plot's axis shows, and how far apart its ticks stand.
#pragma once

#include <string>

namespace myoseg {

struct PlotRange {
  double low = 0, high = 1;
};
// With room at both ends; never empty.
[[nodiscard]] PlotRange padded(double low, double high);
// About four ticks: 1, 2 or 5 times a power of ten apart, as gnuplot takes it.
[[nodiscard]] std::string tick_step(const PlotRange& range);

}  // namespace myoseg
