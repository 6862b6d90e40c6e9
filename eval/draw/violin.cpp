#include "eval/draw/violin.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/statistics/sample.h"

namespace myoseg {

Violin violin_of(std::vector<double> values, Better better) {
  Violin violin;
  std::sort(values.begin(), values.end());
  if (values.size() < 8) {
    violin.values = std::move(values);
    return violin;
  }
  const double lower = statistics::quantile(values, 0.25),
               upper = statistics::quantile(values, 0.75);
  const double reach = 3 * (upper - lower);
  for (const double value : values) {
    const bool out = (better != Better::lower && value < lower - reach) ||
                     (better != Better::higher && value > upper + reach);
    (out ? violin.far_out : violin.values).push_back(value);
  }
  return violin;
}

ViolinAxis violin_axis(const std::vector<Violin>& violins, const Metric& metric) {
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for (const Violin& violin : violins)
    if (!violin.values.empty()) {
      least = std::min(least, violin.values.front());
      most = std::max(most, violin.values.back());
    }
  if (!(least <= most)) least = 0, most = 1;
  const bool is_share = metric.unit.empty() && metric.best == 1 && least >= 0;
  ViolinAxis axis;
  if (is_share) {
    least = std::min(least, 1.0);
    axis.tick = least > 0.85 ? 0.02 : least > 0.7 ? 0.05 : least > 0.4 ? 0.1 : 0.2;
    axis.low = std::max(0.0, axis.tick * (std::ceil(least / axis.tick - 1e-9) - 1));
    axis.high = 1 + axis.tick * 0.1;
    return axis;
  }
  const double rough = std::max(most - std::min(least, 0.0), 1e-6) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  axis.tick = power * (rough < 1.5 * power ? 1 : rough < 3.5 * power ? 2 : 5);
  // The axis begins at zero, or below the smallest value: only shares, above, may leave zero out.
  axis.low = least >= 0 ? 0 : axis.tick * std::floor(least / axis.tick - 0.2);
  axis.high = axis.tick * std::ceil(most / axis.tick + 0.2);
  axis.least = axis.low;
  axis.most = axis.high;
  return axis;
}

}  // namespace myoseg
