// What a run's regressions say of new scans: from what was measured in their masks and what a table
// knows of their patients.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "eval/analysis/regression_model.h"
#include "experiments/predict/predicted_scans.h"
#include "experiments/predict/scans.h"
#include "experiments/run/failures.h"

namespace myoseg {

inline constexpr const char* kRegressionFile = "regression.csv";

// How many the experiment declares.
[[nodiscard]] std::size_t declared_regressions(const Experiment& experiment);
// Those that the run's report fitted; a warning in the log for one that the experiment declares and
// that has no coefficients.
[[nodiscard]] std::vector<RegressionModel> regressions_of(const std::filesystem::path& run,
                                                          const Experiment& experiment);

// OUT/regression.csv: scan, response, predicted, low, high (the prediction interval), note; of
// every scan that is predicted there, by this command or earlier ones. A scan of this command that
// lacks what a regression needs has NA and the reason there, and a sentence in `failures`; one that
// failed before has no row. `cases`: the table of patients; empty: none. Returns how many of these
// scans every regression could predict.
std::size_t write_regressions(const std::vector<RegressionModel>& models,
                              const std::vector<Scan>& scans, const ScanPrediction& how,
                              const std::filesystem::path& cases, Failures& failures);

}  // namespace myoseg
