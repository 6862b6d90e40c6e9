// The analyses that an experiment declares, on the values of its cases.
#pragma once

#include <filesystem>
#include <string>

#include "core/table/table.h"
#include "experiments/experiment.h"

namespace myoseg {

// One row a case of a scored run: its attributes by their column's name; METRIC_REGION of the stage
// that counts; QUANTITY_REGION of the prediction and QUANTITY_REGION_label of the label.
// Error(bad_data) naming a file that is damaged.
[[nodiscard]] Table case_values(const std::filesystem::path& run);

// Writes tables/values.csv, tables/analysis_NAME.{csv,md,tex} and figures/analysis_NAME.* into the
// run's folder, instead of those that an earlier report left; the sections of a page that show
// them. An analysis that cannot be computed, for want of a column, has a section that says so.
[[nodiscard]] std::string analyses_sections(const std::filesystem::path& run,
                                            const Experiment& experiment);

}  // namespace myoseg
