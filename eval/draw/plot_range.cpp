#include "eval/draw/plot_range.h"

#include <algorithm>
#include <cmath>

#include "core/table/table.h"

namespace myoseg {

PlotRange padded(double low, double high) {
  const double room = high > low ? 0.06 * (high - low) : std::max(0.5, 0.05 * std::abs(low));
  return {low - room, high + room};
}

std::string tick_step(const PlotRange& range) {
  const double rough = (range.high - range.low) / 4;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  const double step = rough / power;
  return format_number((step < 1.5 ? 1 : step < 3.5 ? 2 : step < 7.5 ? 5 : 10) * power);
}

}  // namespace myoseg
