// The last step that every t test shares.
#pragma once

#include "eval/statistics/paired.h"

namespace myoseg::statistics {

// t, p and interval of `difference` with standard error `se` and `df` degrees of freedom.
[[nodiscard]] TTest t_test_of(double difference, double se, double df, const TestOptions& options);
// The same fields, all undefined.
[[nodiscard]] TTest undefined_t_test(const std::string& reason);

}  // namespace myoseg::statistics
