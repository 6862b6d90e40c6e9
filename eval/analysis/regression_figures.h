// Pictures of a regression: what its residuals look like, and how predictions agree with the truth.
#pragma once

#include <vector>

#include "eval/analysis/regression_agreement.h"
#include "eval/analysis/regression_data.h"
#include "eval/analysis/regression_fit.h"
#include "eval/draw/gnuplot.h"

namespace myoseg {

// Residuals against fitted values, and the normal Q-Q plot of the studentised residuals; then
// predicted against true values with their Bland-Altman plot, from each kind of mask. Those of
// which nothing is defined are left out.
[[nodiscard]] std::vector<Figure> regression_figures(
    const RegressionData& data, const FittedRegression& fitted,
    const std::vector<PredictionAgreement>& agreements);

}  // namespace myoseg
