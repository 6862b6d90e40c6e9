// Does a sample look normal?
#pragma once

#include <span>

#include "eval/statistics/estimate.h"

namespace myoseg::statistics {

struct NormalityTest {
  Estimate w, p;  // a small p speaks against a normal distribution
};
// Shapiro & Wilk's W (Biometrika 1965) with Royston's weights and p-value (Applied Statistics 1995,
// algorithm AS R94), for 3 to 5000 values.
[[nodiscard]] NormalityTest shapiro_wilk(std::span<const double> values);

}  // namespace myoseg::statistics
