// What a sweep's figures draw: which runs, and an axis for each setting.
#pragma once

#include <string>
#include <vector>

#include "eval/draw/axis.h"
#include "eval/sweep/report.h"

namespace myoseg {

// The rows with a headline score, in the sweep's order.
[[nodiscard]] std::vector<const SweepRow*> drawn_rows(const SweepReportInput& input);
[[nodiscard]] std::vector<double> headlines(const std::vector<const SweepRow*>& rows);
// A setting over these rows, one per key; an axis with one value is of no use to a figure.
[[nodiscard]] std::vector<Axis> setting_axes(const SweepReportInput& input,
                                             const std::vector<const SweepRow*>& rows);
// Why nothing can be compared: empty when two rows are drawn.
[[nodiscard]] std::string too_few_rows(const SweepReportInput& input,
                                       const std::vector<const SweepRow*>& rows);
// How many runs are not drawn, as a sentence with a space before it; empty when all are.
[[nodiscard]] std::string missing_note(const SweepReportInput& input, std::size_t drawn);

}  // namespace myoseg
