#include "eval/sweep_axes.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "core/text.h"
#include "eval/figures.h"
#include "eval/sweep_report_tables.h"

namespace myoseg {

double SweepAxis::place_of(const std::string& text) const {
  if (numeric) return cell_number(text);
  return static_cast<double>(std::find(texts.begin(), texts.end(), text) - texts.begin());
}

double SweepAxis::fraction(double place) const {
  const double low = places.front(), high = places.back();
  if (low == high) return 0.5;
  return logarithmic ? std::log(place / low) / std::log(high / low) : (place - low) / (high - low);
}

double SweepAxis::at(double fraction) const {
  const double low = places.front(), high = places.back();
  return logarithmic ? low * std::pow(high / low, fraction) : low + (high - low) * fraction;
}

SweepAxis setting_axis(std::string title, const std::vector<std::string>& texts) {
  SweepAxis axis;
  axis.title = one_line(title);
  axis.numeric = std::all_of(texts.begin(), texts.end(), [](const std::string& text) {
    return std::isfinite(cell_number(text));
  });
  for (const std::string& text : texts) {
    const double place = axis.numeric ? cell_number(text) : static_cast<double>(axis.texts.size());
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

SweepAxis score_axis(std::string title, const std::vector<double>& values) {
  SweepAxis axis;
  axis.title = one_line(title);
  axis.numeric = true;
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  double room = 0.06 * (*most - *least);
  const double size = std::max(std::abs(*least), std::abs(*most));
  if (room <= 1e-9 * size) room = size > 0 ? 0.02 * size : 0.5;
  axis.places = {*least - room, *most + room};
  return axis;
}

std::vector<const SweepRow*> drawn_rows(const SweepReportInput& input) {
  std::vector<const SweepRow*> rows;
  for (const SweepRow& row : input.rows)
    if (!std::isnan(headline(row))) rows.push_back(&row);
  return rows;
}

std::vector<double> headlines(const std::vector<const SweepRow*>& rows) {
  std::vector<double> scores;
  for (const SweepRow* row : rows) scores.push_back(headline(*row));
  return scores;
}

std::vector<SweepAxis> setting_axes(const SweepReportInput& input,
                                    const std::vector<const SweepRow*>& rows) {
  std::vector<SweepAxis> axes;
  for (std::size_t k = 0; k < input.keys.size(); ++k) {
    std::vector<std::string> texts;
    for (const SweepRow* row : rows) texts.push_back(row->settings[k]);
    axes.push_back(setting_axis(input.keys[k], texts));
  }
  return axes;
}

double beside(const SweepAxis& axis, std::size_t k, std::size_t n, double reach) {
  if (n < 2) return 0;
  for (std::size_t i = 1; i < axis.places.size(); ++i)
    reach =
        std::min(reach, 0.2 * (axis.fraction(axis.places[i]) - axis.fraction(axis.places[i - 1])));
  return reach * (2 * static_cast<double>(k) / static_cast<double>(n - 1) - 1);
}

std::string too_few_rows(const SweepReportInput& input, const std::vector<const SweepRow*>& rows) {
  if (rows.size() >= 2) return "";
  return fmt::format("{} of {} runs is done and has a score ({}); a comparison needs two.",
                     rows.empty() ? "None" : "One", input.rows.size(), headline_name(input));
}

std::string missing_note(const SweepReportInput& input, std::size_t drawn) {
  const std::size_t missing = input.rows.size() - drawn;
  if (missing == 0) return "";
  return fmt::format(" Not drawn: {} {} that failed or {} no score yet.", missing,
                     missing == 1 ? "run" : "runs", missing == 1 ? "has" : "have");
}

}  // namespace myoseg
