// Runs as a model study, from their folders alone.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "eval/report/report.h"
#include "eval/study/model_study.h"

namespace myoseg {

// Those that a report shows: the headline metric and region first, which stand for the whole.
[[nodiscard]] std::vector<std::string> study_metrics(const ReportOptions& options);
[[nodiscard]] std::vector<std::string> study_regions(const std::filesystem::path& run,
                                                     const ReportOptions& options);

// Each run's folder with what it is called. The splits are those that every run has been scored on:
// "internal", the cross-validation, and "external". Error(bad_data) naming a file that is damaged.
[[nodiscard]] ModelStudy model_study(
    const std::vector<std::pair<std::filesystem::path, std::string>>& runs,
    const ReportOptions& options);

}  // namespace myoseg
