// How far what a regression predicted of held-out cases agrees with what was measured.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/analysis/regression_fit.h"
#include "eval/statistics/agreement.h"
#include "eval/statistics/correlation.h"
#include "eval/statistics/icc.h"

namespace myoseg {

struct PredictionAgreement {
  std::string from;  // "manual mask"; empty where the terms were measured in one way
  std::vector<std::string> cases;
  std::vector<double> predicted, measured;  // of the cases that have both
  statistics::IccEstimate icc;              // ICC(2,1)
  statistics::BlandAltman limits;           // predicted minus measured
  statistics::Correlation pearson;
  statistics::Estimate rmse, mae;
};
// From the manual masks and from the network's, where the data have both; else one.
[[nodiscard]] std::vector<PredictionAgreement> prediction_agreement(
    const RegressionData& data, const std::vector<CasePrediction>& predictions, double confidence);

}  // namespace myoseg
