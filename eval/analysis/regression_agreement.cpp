#include "eval/analysis/regression_agreement.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace myoseg {
namespace {

using statistics::Estimate;
using statistics::Prediction;

PredictionAgreement agreement_of(const std::string& from, const RegressionData& data,
                                 const std::vector<CasePrediction>& predictions,
                                 Prediction CasePrediction::*how, double confidence) {
  PredictionAgreement result;
  result.from = from;
  double squares = 0, sizes = 0;
  for (const CasePrediction& one : predictions) {
    const RegressionCase& item = data.cases[one.of];
    const Estimate& mean = (one.*how).mean;
    if (!item.response || !mean.defined()) continue;
    result.cases.push_back(item.id);
    result.predicted.push_back(mean.value);
    result.measured.push_back(*item.response);
    squares += std::pow(mean.value - *item.response, 2);
    sizes += std::abs(mean.value - *item.response);
  }
  result.icc = statistics::icc(std::vector{result.predicted, result.measured},
                               confidence)[statistics::IccForm::icc2];
  result.limits = statistics::bland_altman(result.predicted, result.measured,
                                           {.agreement = 1.96, .confidence = confidence});
  result.pearson = statistics::pearson(
      result.predicted, result.measured,
      {statistics::Alternative::two_sided, confidence, statistics::RankMethod::automatic});
  if (const auto n = static_cast<double>(result.cases.size()); n > 0) {
    result.rmse = std::sqrt(squares / n);
    result.mae = sizes / n;
  } else {
    result.rmse = result.mae = statistics::Undefined{"no case has both values"};
  }
  return result;
}

}  // namespace

std::vector<PredictionAgreement> prediction_agreement(
    const RegressionData& data, const std::vector<CasePrediction>& predictions, double confidence) {
  if (!data.two_masks)
    return {agreement_of("", data, predictions, &CasePrediction::manual, confidence)};
  return {agreement_of("manual mask", data, predictions, &CasePrediction::manual, confidence),
          agreement_of("network's mask", data, predictions, &CasePrediction::network, confidence)};
}

}  // namespace myoseg
