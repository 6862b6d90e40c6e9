// The analyses that an experiment declares, on the values of its cases.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "experiments/experiment.h"

namespace myoseg {

// One row a case of a scored run: the fold that held it out; its attributes by their column's name;
// METRIC_REGION of the stage that counts; QUANTITY_REGION of the prediction and
// QUANTITY_REGION_label of the label. Error(bad_data) naming a file that is damaged.
[[nodiscard]] Table case_values(const std::filesystem::path& run);
// The same of the cases that no fold holds out: attributes and QUANTITY_REGION_label. Without rows
// where there are none.
[[nodiscard]] Table training_values(const std::filesystem::path& run);

// Writes tables/values.csv, tables/training_values.csv where cases are never held out,
// tables/analysis_NAME.{csv,md,tex,json} and figures/analysis_NAME.* into the run's folder, instead
// of those that an earlier report left; the sections of a page that show them. An analysis that
// cannot be computed, for want of a column, has a section that says so.
[[nodiscard]] std::string analyses_sections(const std::filesystem::path& run,
                                            const Experiment& experiment);

// The fitted models that analyses of this name left in a run's tables/, in their order.
[[nodiscard]] std::vector<std::filesystem::path> fitted_models(const std::filesystem::path& run,
                                                               const std::string& analysis);

}  // namespace myoseg
