#include "eval/statistics/multiplicity.h"

#include <algorithm>
#include <cmath>

#include "eval/statistics/precision.h"

namespace myoseg::statistics {
namespace {

using Sorted = std::vector<double>;  // p-values, smallest first

double count(const Sorted& p) { return static_cast<double>(p.size()); }
// 1 - (1 - p)^m without loss for small p.
double one_of(double p, double m) { return p >= 1 ? 1 : -std::expm1(m * std::log1p(-p)); }

// A step-down procedure: no p-value below that of a smaller one.
Sorted rising(Sorted p) {
  for (std::size_t i = 1; i < p.size(); ++i) p[i] = std::max(p[i], p[i - 1]);
  return p;
}
// A step-up procedure: no p-value above that of a larger one.
Sorted falling(Sorted p) {
  for (std::size_t i = p.size(); i-- > 1;) p[i - 1] = std::min(p[i - 1], p[i]);
  return p;
}
// f(p, place), place = 1..m.
template <class F>
Sorted each(Sorted p, const F& f) {
  for (std::size_t i = 0; i < p.size(); ++i) p[i] = f(p[i], static_cast<double>(i + 1));
  return p;
}

Sorted false_discovery_rate(const Sorted& p, double factor) {
  const double m = count(p);
  return falling(each(p, [&](double value, double place) { return factor * value * m / place; }));
}

// Wright's algorithm (Biometrics 1992, appendix).
Sorted hommel(const Sorted& p) {
  Sorted adjusted = p;
  for (std::size_t m = p.size(); m >= 2; --m) {
    const std::size_t rest = p.size() - m;
    double least = 1;
    for (std::size_t i = 0; i < m; ++i)
      least = std::min(least, static_cast<double>(m) * p[rest + i] / static_cast<double>(i + 1));
    for (std::size_t i = rest; i < p.size(); ++i) adjusted[i] = std::max(adjusted[i], least);
    for (std::size_t i = 0; i < rest; ++i)
      adjusted[i] = std::max(adjusted[i], std::min(static_cast<double>(m) * p[i], least));
  }
  return adjusted;
}

Sorted two_stage(const Sorted& p, double alpha) {
  Sorted adjusted = false_discovery_rate(p, 1);
  for (double& value : adjusted) value = std::min(value, 1.0);
  const auto rejected = std::count_if(adjusted.begin(), adjusted.end(),
                                      [&](double v) { return v <= alpha || tied(v, alpha); });
  const double kept = count(p) - static_cast<double>(rejected);
  if (rejected == 0 || kept == 0) return adjusted;
  for (double& value : adjusted) value *= kept / count(p);
  return adjusted;
}

Sorted adjust(const Sorted& p, Adjustment adjustment, double alpha) {
  const double m = count(p);
  const auto left = [m](double place) { return m - place + 1; };
  switch (adjustment) {
    case Adjustment::bonferroni:
      return each(p, [&](double value, double) { return m * value; });
    case Adjustment::sidak:
      return each(p, [&](double value, double) { return one_of(value, m); });
    case Adjustment::holm:
      return rising(each(p, [&](double value, double place) { return left(place) * value; }));
    case Adjustment::holm_sidak:
      return rising(
          each(p, [&](double value, double place) { return one_of(value, left(place)); }));
    case Adjustment::hochberg:
      return falling(each(p, [&](double value, double place) { return left(place) * value; }));
    case Adjustment::hommel:
      return hommel(p);
    case Adjustment::benjamini_hochberg:
      return false_discovery_rate(p, 1);
    case Adjustment::benjamini_yekutieli: {
      double harmonic = 0;
      for (double i = 1; i <= m; ++i) harmonic += 1 / i;
      return false_discovery_rate(p, harmonic);
    }
    case Adjustment::two_stage:
      return two_stage(p, alpha);
  }
  return p;
}

}  // namespace

std::string_view adjustment_title(Adjustment adjustment) {
  constexpr std::array<std::string_view, 9> kTitles{"Bonferroni",
                                                    "Šidák",
                                                    "Holm",
                                                    "Holm-Šidák",
                                                    "Hochberg",
                                                    "Hommel",
                                                    "Benjamini-Hochberg",
                                                    "Benjamini-Yekutieli",
                                                    "two-stage Benjamini-Hochberg"};
  return kTitles.at(static_cast<std::size_t>(adjustment));
}

std::vector<Estimate> adjust_p(std::span<const Estimate> p, Adjustment adjustment, double alpha) {
  std::vector<Estimate> result(p.begin(), p.end());
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (result[i].defined() && !(result[i].value >= 0 && result[i].value <= 1))
      result[i] = Undefined{"is no probability"};
    if (result[i].defined()) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return result[a].value < result[b].value; });
  Sorted sorted;
  for (const std::size_t i : order) sorted.push_back(result[i].value);
  const Sorted adjusted = adjust(sorted, adjustment, alpha);
  for (std::size_t i = 0; i < order.size(); ++i) result[order[i]] = std::min(adjusted[i], 1.0);
  return result;
}

}  // namespace myoseg::statistics
