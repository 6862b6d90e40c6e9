// A regression fitted on some cases, and what it predicts of others.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "eval/analysis/regression_data.h"
#include "eval/statistics/linear_model.h"

namespace myoseg {

struct FittedRegression {
  TermCoding coding;
  std::vector<RegressorName> names;   // of the slopes
  statistics::Regression fit;         // const, then the slopes
  std::vector<std::size_t> cases;     // of the data, row by row of the fit
  std::vector<std::size_t> left_out;  // those without a value of a term or the response
  std::string why;                    // a clause that says why nothing can be told; empty: it can
};
// Of these cases, by their label's values. Error(bad_data) naming a case whose value a transform
// does not take.
[[nodiscard]] FittedRegression fit_cases(const RegressionData& data,
                                         const RegressionOptions& options,
                                         const std::vector<std::size_t>& cases);
// Undefined with the reason where the case lacks a value or nothing was fitted.
[[nodiscard]] statistics::Prediction predict(const FittedRegression& fitted, const Cells& cells,
                                             double confidence);

// A case that was held out.
struct CasePrediction {
  std::size_t of = 0;  // of the data's cases
  statistics::Prediction manual, network;
};
struct RegressionFindings {
  // On what the coefficients are of: the cases that are never held out where one set is, else all.
  FittedRegression all;
  std::vector<CasePrediction> predictions;  // each by the fit of the cases held out elsewhere
};
[[nodiscard]] RegressionFindings regression_findings(const RegressionData& data,
                                                     const RegressionOptions& options);

}  // namespace myoseg
