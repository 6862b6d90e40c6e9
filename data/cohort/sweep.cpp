#include "data/cohort/sweep.h"

#include <array>
#include <cmath>
#include <numbers>

namespace myoseg::cohort {
namespace {

constexpr std::array kFields{&Section::x,  &Section::y,     &Section::rx,
                             &Section::ry, &Section::angle, &Section::bend};

// Slope at station i that keeps the curve monotone between the stations (Fritsch and Butland 1984).
double slope(const Sweep& s, std::size_t i, double Section::*field) {
  if (i == 0 || i + 1 == s.size()) return 0;
  const double before = s[i].z - s[i - 1].z, after = s[i + 1].z - s[i].z;
  const double d0 = (s[i].at.*field - s[i - 1].at.*field) / before,
               d1 = (s[i + 1].at.*field - s[i].at.*field) / after;
  if (d0 * d1 <= 0) return 0;
  const double w0 = 2 * before + after, w1 = before + 2 * after;
  return (w0 + w1) / (w1 / d0 + w0 / d1);
}

}  // namespace

std::optional<Section> section_at(const Sweep& sweep, double z) {
  if (sweep.empty() || z > sweep.front().z || z < sweep.back().z) return std::nullopt;
  std::size_t i = 0;
  while (i + 2 < sweep.size() && sweep[i + 1].z > z) ++i;
  const double h = sweep[i + 1].z - sweep[i].z, t = (z - sweep[i].z) / h;
  const double a = (1 + 2 * t) * (1 - t) * (1 - t), b = t * (1 - t) * (1 - t),
               c = t * t * (3 - 2 * t), d = t * t * (t - 1);
  Section out;
  for (const auto field : kFields)
    out.*field = a * sweep[i].at.*field + b * h * slope(sweep, i, field) +
                 c * sweep[i + 1].at.*field + d * h * slope(sweep, i + 1, field);
  return out;
}

Outline section_outline(const Section& section, double exponent, const Lobes& lobes, int points) {
  Outline out(static_cast<std::size_t>(points));
  const double cosine = std::cos(section.angle), sine = std::sin(section.angle);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double t = 2 * std::numbers::pi * static_cast<double>(i) / points;
    const auto rounded = [exponent](double c) {
      return exponent == 2 ? c : std::copysign(std::pow(std::abs(c), 2 / exponent), c);
    };
    double radius = 1;
    for (std::size_t k = 0; k < lobes.size.size(); ++k)
      radius += lobes.size[k] * std::cos(static_cast<double>(k + 2) * t + lobes.phase[k]);
    const double along = radius * rounded(std::sin(t));
    const double u = section.rx * radius * rounded(std::cos(t)) +
                     section.bend * (along * along - 0.5),
                 v = section.ry * along;
    out[i] = {section.x + cosine * u - sine * v, section.y + sine * u + cosine * v};
  }
  return out;
}

}  // namespace myoseg::cohort
