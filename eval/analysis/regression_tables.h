// What a regression's section says: tables and notes.
#pragma once

#include <string>
#include <vector>

#include "eval/analysis/analysis.h"
#include "eval/analysis/regression_agreement.h"
#include "eval/analysis/regression_data.h"
#include "eval/analysis/regression_fit.h"

namespace myoseg {

// coefficient, estimate, se, t, p, ci_low, ci_high, vif, note; "const" first.
[[nodiscard]] Table coefficients_table(const FittedRegression& fitted);
[[nodiscard]] Table readable_coefficients(const FittedRegression& fitted,
                                          const RegressionOptions& options);
// n, R2, adjusted R2, residual SE, F and its p.
[[nodiscard]] AnalysisTable fit_table(const FittedRegression& fitted,
                                      const RegressionOptions& options);
// Of every held-out case the true value and what was predicted with its interval.
[[nodiscard]] AnalysisTable predictions_table(const RegressionData& data,
                                              const std::vector<CasePrediction>& predictions,
                                              const RegressionOptions& options);
[[nodiscard]] AnalysisTable agreement_table(const std::vector<PredictionAgreement>& agreements,
                                            const RegressionOptions& options);
// On what was fitted, how columns are coded, who was left out, why something is not defined.
[[nodiscard]] std::vector<std::string> fit_notes(const RegressionData& data,
                                                 const FittedRegression& fitted);

// "12.35", four digits of it; a dash where it is not defined.
[[nodiscard]] std::string four_digits(const statistics::Estimate& estimate);
// "12.35 to 17"; a dash where it is not defined.
[[nodiscard]] std::string ends_text(const statistics::Interval& interval);
// "95 %".
[[nodiscard]] std::string percent(double share);

}  // namespace myoseg
