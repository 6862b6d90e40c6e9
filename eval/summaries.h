// summary.csv: mean and SD of every region, stage and metric over a run's cases.
#pragma once

#include <filesystem>
#include <vector>

#include "eval/scores.h"

namespace myoseg {

void write_summaries(const std::filesystem::path& file, const std::vector<Summary>& summaries);
[[nodiscard]] std::vector<Summary> read_summaries(const std::filesystem::path& file);

}  // namespace myoseg
