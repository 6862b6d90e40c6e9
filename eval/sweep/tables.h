// The tables of SweepContents, made of its ranked rows.
#pragma once

#include <vector>

#include "eval/sweep/contents.h"

namespace myoseg {

[[nodiscard]] Table sweep_table(const SweepReportInput& input,
                                const std::vector<RankedRow>& ranked);
// `exact`: sweep_table().
[[nodiscard]] Table readable_sweep_table(const SweepReportInput& input,
                                         const std::vector<RankedRow>& ranked, Table exact);

}  // namespace myoseg
