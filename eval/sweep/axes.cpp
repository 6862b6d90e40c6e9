#include "eval/sweep/axes.h"

#include <fmt/core.h>

#include <cmath>

#include "eval/sweep/tables.h"

namespace myoseg {

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

std::vector<Axis> setting_axes(const SweepReportInput& input,
                               const std::vector<const SweepRow*>& rows) {
  std::vector<Axis> axes;
  for (std::size_t k = 0; k < input.keys.size(); ++k) {
    std::vector<std::string> texts;
    for (const SweepRow* row : rows) texts.push_back(row->settings[k]);
    axes.push_back(setting_axis(input.keys[k], texts));
  }
  return axes;
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
