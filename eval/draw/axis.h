// Axes of figures: where values stand on them, which ticks fit, and the colours along one.
#pragma once

#include <string>
#include <vector>

namespace myoseg {

struct Axis {
  std::string title;
  bool numeric = false;
  bool logarithmic = false;
  std::vector<std::string> texts;  // a setting's distinct values in the axis' order; else empty
  std::vector<double> places;  // ascending: of each text, a number itself or 0, 1, 2; else the ends

  [[nodiscard]] double place_of(const std::string& text) const;
  // 0 at the first place, 1 at the last; the middle for an axis of one place.
  [[nodiscard]] double fraction(double place) const;
  [[nodiscard]] double at(double fraction) const;  // the inverse
};

// A setting's values. All numbers: a numeric axis, logarithmic from two decades on, where numbers
// that are written differently are one value. Else in order of appearance.
[[nodiscard]] Axis setting_axis(std::string title, const std::vector<std::string>& texts);
// A numeric axis over the values with some room at both ends, also when they are all one.
[[nodiscard]] Axis score_axis(std::string title, const std::vector<double>& values);

// How far from its value, as a fraction of the axis, the k-th of n runs that share it is drawn: at
// most `reach`, and nearer to this value than to the next.
[[nodiscard]] double beside(const Axis& axis, std::size_t k, std::size_t n, double reach);

struct Tick {
  double place = 0;
  std::string text;
};
// About how many pixels a text takes along an axis: as a line of 12 px letters, or across it.
using TickSize = double (*)(const std::string&);
[[nodiscard]] double text_width(const std::string& text);
[[nodiscard]] double text_height(const std::string& text);
[[nodiscard]] bool fits(const Axis& axis, const std::vector<Tick>& ticks, double pixels,
                        TickSize size);
// The axis' own values where they are texts, or few numbers that fit on it; else round numbers.
[[nodiscard]] std::vector<Tick> axis_ticks(const Axis& axis, double pixels, TickSize size);
// Without those that would overlap the one before.
[[nodiscard]] std::vector<Tick> thinned(const Axis& axis, const std::vector<Tick>& ticks,
                                        double pixels, TickSize size);

// At most so many letters, the middle replaced by an ellipsis.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t letters);
// The same for a dotted key, which loses its first parts first: "…rate".
[[nodiscard]] std::string shortened_key(const std::string& key, std::size_t letters);
// As gnuplot's list of ticks, without texts where another axis has them.
[[nodiscard]] std::string tick_list(const std::vector<Tick>& ticks, bool with_texts = true);

// "#rrggbb": dark blue at 0 over green to light ochre at 1, with falling darkness, so that colours
// stay apart in grey and for the colour-blind.
[[nodiscard]] std::string ramp_colour(double place);

}  // namespace myoseg
