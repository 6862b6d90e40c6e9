// A regression as a run keeps it, to predict of new scans what it explains.
#pragma once

#include <filesystem>
#include <string>

#include "eval/analysis/regression_terms.h"
#include "eval/statistics/linear_model.h"

namespace myoseg {

struct RegressionModel {
  std::string response;
  TermCoding coding;
  statistics::LinearModel line;
  double confidence = 0.95;  // of the prediction intervals
};

[[nodiscard]] std::string to_json(const RegressionModel& model);
// Error(bad_data) naming a file that is damaged.
[[nodiscard]] RegressionModel read_regression(const std::filesystem::path& file);

// Undefined, with a clause such as "its age is missing", where the cells are not enough.
[[nodiscard]] statistics::Prediction predict(const RegressionModel& model, const Cells& cells);

}  // namespace myoseg
