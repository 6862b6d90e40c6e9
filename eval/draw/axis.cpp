#include "eval/draw/axis.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/table/table.h"
#include "core/text.h"

namespace myoseg {

double Axis::place_of(const std::string& text) const {
  if (numeric) return number_or_nan(text);
  return static_cast<double>(std::find(texts.begin(), texts.end(), text) - texts.begin());
}

double Axis::fraction(double place) const {
  const double low = places.front(), high = places.back();
  if (low == high) return 0.5;
  return logarithmic ? std::log(place / low) / std::log(high / low) : (place - low) / (high - low);
}

double Axis::at(double fraction) const {
  const double low = places.front(), high = places.back();
  return logarithmic ? low * std::pow(high / low, fraction) : low + (high - low) * fraction;
}

Axis setting_axis(std::string title, const std::vector<std::string>& texts) {
  Axis axis;
  axis.title = one_line(title);
  axis.numeric = std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return std::isfinite(number_or_nan(text));
  });
  for (const std::string& text : texts) {
    const double place =
        axis.numeric ? number_or_nan(text) : static_cast<double>(axis.texts.size());
    const bool known =
        axis.numeric ? std::find(axis.places.begin(), axis.places.end(), place) != axis.places.end()
                     : std::find(axis.texts.begin(), axis.texts.end(), text) != axis.texts.end();
    if (known) continue;
    // Texts come at the end, numbers where they belong.
    const auto at = std::upper_bound(axis.places.begin(), axis.places.end(), place);
    axis.texts.insert(axis.texts.begin() + (at - axis.places.begin()), text);
    axis.places.insert(at, place);
  }
  // Settings are swept in round decades: 0.0001 to 0.01 must not fail by the last bit.
  axis.logarithmic = axis.numeric && !axis.places.empty() && axis.places.front() > 0 &&
                     axis.places.back() >= axis.places.front() * 100 * (1 - 1e-9);
  return axis;
}

Axis score_axis(std::string title, const std::vector<double>& values) {
  Axis axis;
  axis.title = one_line(title);
  axis.numeric = true;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  double room = 0.06 * (*most - *least);
  const double size = std::max(std::abs(*least), std::abs(*most));
  if (room <= 1e-9 * size) room = size > 0 ? 0.02 * size : 0.5;
  axis.places = {*least - room, *most + room};
  return axis;
}

double beside(const Axis& axis, std::size_t k, std::size_t n, double reach) {
  if (n < 2) return 0;
  for (std::size_t i = 1; i < axis.places.size(); ++i)
    reach =
        std::min(reach, 0.2 * (axis.fraction(axis.places[i]) - axis.fraction(axis.places[i - 1])));
  return reach * (2 * static_cast<double>(k) / static_cast<double>(n - 1) - 1);
}

std::string ramp_colour(double place) {
  struct Rgb {
    double r, g, b;
  };
  constexpr std::array<Rgb, 4> kStops{
      {{25, 50, 105}, {34, 122, 140}, {104, 168, 98}, {214, 168, 60}}};
  place = 3 * std::clamp(place, 0.0, 1.0);
  const auto k = std::min<std::size_t>(static_cast<std::size_t>(place), 2);
  const double f = place - static_cast<double>(k);
  const auto mix = [&](double Rgb::*c) {
    return static_cast<int>(std::lround((1 - f) * kStops[k].*c + f * kStops[k + 1].*c));
  };
  return fmt::format("#{:02x}{:02x}{:02x}", mix(&Rgb::r), mix(&Rgb::g), mix(&Rgb::b));
}

}  // namespace myoseg
