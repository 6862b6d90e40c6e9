// Names and numbers as a reader sees them in tables, pages and figures.
#pragma once

#include <string>
#include <string_view>

#include "eval/statistics/estimate.h"

namespace myoseg {

// "rectus_abdominis" -> "Rectus abdominis".
[[nodiscard]] std::string region_title(std::string_view name);
// "0.950", "−12.30"; "–" for NaN.
[[nodiscard]] std::string fixed_text(double value, int decimals);
// "0.950 ± 0.021"; the mean alone without a SD; "–" without a mean.
[[nodiscard]] std::string mean_and_sd(double mean, double sd, int decimals = 3);
// "+0.012", "−0.003", "0.000"; "–" for NaN.
[[nodiscard]] std::string signed_text(double value, int decimals = 3);
// "0.012", "< 0.001"; "–" where it is not defined.
[[nodiscard]] std::string p_value_text(const statistics::Estimate& p);
// "0.912 to 0.950"; "–" where it is not defined.
[[nodiscard]] std::string interval_text(const statistics::Interval& interval, int decimals);
// "0.968 [0.912, 0.990]"; "0.968" without an interval, "–" without a value.
[[nodiscard]] std::string value_and_interval(const statistics::Estimate& value,
                                             const statistics::Interval& interval, int decimals);
// "12.3 s", "3 min 20 s", "1 h 02 min"; "–" for NaN.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace myoseg
