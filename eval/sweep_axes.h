// Axes of a sweep's figures: which runs are drawn, where their settings stand, which ticks fit.
#pragma once

#include <string>
#include <vector>

#include "eval/sweep_report.h"

namespace myoseg {

struct SweepAxis {
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
[[nodiscard]] SweepAxis setting_axis(std::string title, const std::vector<std::string>& texts);
// A numeric axis over the values with some room at both ends, also when they are all one.
[[nodiscard]] SweepAxis score_axis(std::string title, const std::vector<double>& values);

// The rows with a headline score, in the sweep's order.
[[nodiscard]] std::vector<const SweepRow*> drawn_rows(const SweepReportInput& input);
[[nodiscard]] std::vector<double> headlines(const std::vector<const SweepRow*>& rows);
// A setting over these rows, one per key; an axis with one value is of no use to a figure.
[[nodiscard]] std::vector<SweepAxis> setting_axes(const SweepReportInput& input,
                                                  const std::vector<const SweepRow*>& rows);
// Why nothing can be compared: empty when two rows are drawn.
[[nodiscard]] std::string too_few_rows(const SweepReportInput& input,
                                       const std::vector<const SweepRow*>& rows);
// How many runs are not drawn, as a sentence with a space before it; empty when all are.
[[nodiscard]] std::string missing_note(const SweepReportInput& input, std::size_t drawn);

// How far from its value, as a fraction of the axis, the k-th of n runs that share it is drawn: at
// most `reach`, and nearer to this value than to the next.
[[nodiscard]] double beside(const SweepAxis& axis, std::size_t k, std::size_t n, double reach);

struct Tick {
  double place = 0;
  std::string text;
};
// About how many pixels a text takes along an axis: as a line of 12 px letters, or across it.
using TickSize = double (*)(const std::string&);
[[nodiscard]] double text_width(const std::string& text);
[[nodiscard]] double text_height(const std::string& text);
[[nodiscard]] bool fits(const SweepAxis& axis, const std::vector<Tick>& ticks, double pixels,
                        TickSize size);
// The axis' own values where they are texts, or few numbers that fit on it; else round numbers.
[[nodiscard]] std::vector<Tick> axis_ticks(const SweepAxis& axis, double pixels, TickSize size);
// Without those that would overlap the one before.
[[nodiscard]] std::vector<Tick> thinned(const SweepAxis& axis, const std::vector<Tick>& ticks,
                                        double pixels, TickSize size);

// At most so many letters, the middle replaced by an ellipsis.
[[nodiscard]] std::string shortened(const std::string& text, std::size_t letters);
// The same for a dotted key, which loses its first parts first: "…rate".
[[nodiscard]] std::string shortened_key(const std::string& key, std::size_t letters);
// As gnuplot's list of ticks, without texts where another axis has them.
[[nodiscard]] std::string tick_list(const std::vector<Tick>& ticks, bool with_texts = true);

}  // namespace myoseg
