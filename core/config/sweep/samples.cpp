#include "core/config/sweep/samples.h"

#include <algorithm>
#include <boost/random/sobol.hpp>
#include <charconv>
#include <cmath>

#include "core/config/config_error.h"
#include "core/config/override/cast.h"
#include "core/random.h"

namespace myoseg {
namespace {

struct Interval {
  double low = 0, high = 0;
  bool logarithmic = false, whole = false;
};

Interval checked(const Override& given, const SweepRules& rules) {
  const std::string where = given.origin().text();
  const Sweep& sweep = *given.sweep;
  if (rules.samples <= 0)
    throw ConfigError(
        ConfigFault::sweep_type_unsupported,
        where + ": values of an interval are drawn, so say how many: sweep.samples=N");
  const Interval interval{number(sweep.start), number(sweep.stop), sweep.logarithmic(),
                          sweep.whole};
  if (!std::isfinite(interval.low) || !std::isfinite(interval.high) || interval.low > interval.high)
    throw usage_error("{}: the interval must go from a number to a larger one, not from {} to {}",
                      where, sweep.start.text(), sweep.stop.text());
  if (interval.logarithmic && interval.low <= 0)
    throw usage_error("{}: a logarithmic interval must begin above 0, not at {}", where,
                      sweep.start.text());
  return interval;
}

// Numbers in [0, 1): one list for each key.
std::vector<std::vector<double>> random_numbers(const std::vector<Override>& given,
                                                const SweepRules& rules) {
  std::vector<std::vector<double>> numbers(given.size());
  for (std::size_t k = 0; k < given.size(); ++k)
    for (int i = 0; i < rules.samples; ++i)
      numbers[k].push_back(
          Random(rules.seed, "sweep " + given[k].group_key(), {static_cast<std::uint64_t>(i)})
              .uniform());
  return numbers;
}

// Sobol's sequence with a random digital shift, which keeps its evenness (L'Ecuyer & Lemieux,
// "Recent advances in randomized quasi-Monte Carlo methods", 2002). Its first point, the origin, is
// kept: without it the first 2^m points are no net (Owen, "On dropping the first Sobol' point").
std::vector<std::vector<double>> sobol_numbers(const std::vector<Override>& given,
                                               const SweepRules& rules) {
  boost::random::sobol engine(given.size());  // begins behind the origin
  std::vector<std::uint64_t> shifts;
  for (const Override& one : given) {
    Random random(rules.seed, "sobol " + one.group_key());
    const std::uint64_t high = random.bits();
    shifts.push_back((high << 32) | random.bits());
  }
  std::vector<std::vector<double>> numbers(given.size());
  for (int i = 0; i < rules.samples; ++i)
    for (std::size_t k = 0; k < given.size(); ++k) {
      const std::uint64_t bits = (i == 0 ? 0 : engine()) ^ shifts[k];
      numbers[k].push_back(static_cast<double>(bits >> 11) * 0x1p-53);
    }
  return numbers;
}

double rounded(double value, const Interval& interval) {
  constexpr double kNarrow = 1e-3;  // six digits would not tell its values apart
  const double size = std::max(std::abs(interval.low), std::abs(interval.high));
  if (interval.high - interval.low >= kNarrow * size) {
    const std::string text = fmt::format("{:.5e}", value);
    std::from_chars(text.data(), text.data() + text.size(), value);
  }
  return std::clamp(value, interval.low, interval.high);
}

Node value_at(double u, const Interval& interval) {
  double low = interval.low, high = interval.high;
  if (interval.whole && interval.logarithmic)
    low -= 0.5, high += 0.5;  // each whole number has the stretch around it
  else if (interval.whole)
    high += 1;
  double value = interval.logarithmic ? std::exp(std::log(low) + u * std::log(high / low))
                                      : low + u * (high - low);
  if (!interval.whole) return Node(rounded(value, interval));
  value = interval.logarithmic ? std::round(value) : std::floor(value);
  return Node(static_cast<std::int64_t>(std::clamp(value, interval.low, interval.high)));
}

}  // namespace

std::vector<std::vector<Node>> sample_intervals(const std::vector<Override>& given,
                                                const SweepRules& rules) {
  std::vector<Interval> intervals;
  for (const Override& one : given) intervals.push_back(checked(one, rules));
  const auto numbers =
      rules.sampler == Sampler::sobol ? sobol_numbers(given, rules) : random_numbers(given, rules);
  std::vector<std::vector<Node>> values(given.size());
  for (std::size_t k = 0; k < given.size(); ++k)
    for (const double u : numbers[k]) values[k].push_back(value_at(u, intervals[k]));
  return values;
}

}  // namespace myoseg
