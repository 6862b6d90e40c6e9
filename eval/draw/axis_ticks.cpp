// Ticks that fit: their places and their texts.
#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/table/table.h"
#include "core/text.h"
#include "eval/draw/axis.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {
namespace {

constexpr std::size_t kOwnTicks = 8;  // values that are ticks themselves, at most
constexpr std::size_t kTickLetters = 24;

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::size_t letters_of(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::vector<Tick> decade_ticks(const Axis& axis, double pixels, TickSize size) {
  const double first = std::ceil(std::log10(axis.places.front()) - 1e-9);
  const double last = std::floor(std::log10(axis.places.back()) + 1e-9);
  for (double stride = 1;; ++stride) {
    std::vector<Tick> ticks;
    for (double e = first; e <= last; e += stride) {
      const double place = std::pow(10, e);
      ticks.push_back({place, fmt::format("{:g}", place)});
    }
    if (ticks.size() < 2 || fits(axis, ticks, pixels, size)) return ticks;
  }
}

std::vector<Tick> round_ticks(const Axis& axis, double pixels, TickSize size) {
  const double low = axis.places.front(), high = axis.places.back();
  if (low == high) return {{low, fmt::format("{:g}", low)}};
  for (double power = std::pow(10, std::floor(std::log10(high - low)) - 2);; power *= 10)
    for (const double step : {power, 2 * power, 5 * power}) {
      const int decimals = std::max(0, static_cast<int>(-std::floor(std::log10(step) + 1e-9)));
      std::vector<Tick> ticks;
      for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; ++k) {
        const double place = k == 0 ? 0 : k * step;  // not -0
        const bool plain = decimals <= 6 && std::abs(place) < 1e6;
        ticks.push_back(
            {place, plain ? fmt::format("{:.{}f}", place, decimals) : fmt::format("{:g}", place)});
      }
      if (ticks.size() < 2 || fits(axis, ticks, pixels, size)) return ticks;
    }
}

}  // namespace

double text_width(const std::string& text) {
  return 6.7 * static_cast<double>(columns_of(text)) + 10;
}

double text_height(const std::string&) { return 24; }

bool fits(const Axis& axis, const std::vector<Tick>& ticks, double pixels, TickSize size) {
  return thinned(axis, ticks, pixels, size).size() == ticks.size();
}

std::vector<Tick> thinned(const Axis& axis, const std::vector<Tick>& ticks, double pixels,
                          TickSize size) {
  std::vector<Tick> kept;
  for (const Tick& tick : ticks) {
    const bool apart =
        kept.empty() || (axis.fraction(tick.place) - axis.fraction(kept.back().place)) * pixels >=
                            (size(tick.text) + size(kept.back().text)) / 2;
    if (apart) kept.push_back(tick);
  }
  return kept;
}

std::vector<Tick> axis_ticks(const Axis& axis, double pixels, TickSize size) {
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < axis.texts.size(); ++i)
    ticks.push_back({axis.places[i], shortened(one_line(axis.texts[i]), kTickLetters)});
  if (!axis.numeric) return ticks;
  if (!ticks.empty() && ticks.size() <= kOwnTicks && fits(axis, ticks, pixels, size)) return ticks;
  return axis.logarithmic ? decade_ticks(axis, pixels, size) : round_ticks(axis, pixels, size);
}

std::string shortened(const std::string& text, std::size_t letters) {
  const std::size_t count = letters_of(text);
  if (count <= letters) return text;
  const std::size_t head = letters / 2, tail = count - (letters - head - 1);
  std::string kept;
  std::size_t letter = 0;
  for (const char c : text) {
    if (!continues(c) && letter++ == head) kept += "…";
    if (letter <= head || letter > tail) kept += c;
  }
  return kept;
}

std::string shortened_key(const std::string& key, std::size_t letters) {
  if (letters_of(key) <= letters) return key;
  for (std::size_t dot = key.find('.'); dot != std::string::npos; dot = key.find('.', dot + 1))
    if (letters_of(key.substr(dot)) <= letters) return "…" + key.substr(dot + 1);
  return shortened(key.substr(key.rfind('.') + 1), letters);
}

std::string tick_list(const std::vector<Tick>& ticks, bool with_texts) {
  std::string list;
  for (const Tick& tick : ticks) {
    // An empty text would be no tick, and gnuplot takes a tick's text for a format.
    std::string text = tick.text.empty() ? "''" : tick.text;
    for (std::size_t at = 0; (at = text.find('%', at)) != std::string::npos; at += 2)
      text.insert(at, "%");
    list += fmt::format("{}{} {}", list.empty() ? "" : ", ",
                        with_texts ? gnuplot_text(text) : "\"\"", format_number(tick.place));
  }
  return list;
}

}  // namespace myoseg
