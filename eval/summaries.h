// summary.csv: mean and SD of every region, stage and metric over a run's cases.
#pragma once

#include <filesystem>
#include <vector>

#include "core/table.h"
#include "eval/scores.h"

namespace myoseg {

// Every summary with full precision: region, stage, metric, n, missed, mean, sd.
[[nodiscard]] Table summary_table(const std::vector<Summary>& summaries);
[[nodiscard]] std::vector<Summary> read_summaries(const std::filesystem::path& file);

}  // namespace myoseg
