// Names and numbers as a reader sees them in tables, pages and figures.
#pragma once

#include <string>
#include <string_view>

namespace myoseg {

// "rectus_abdominis" -> "Rectus abdominis".
[[nodiscard]] std::string region_title(std::string_view name);
// "0.950", "−12.30"; "–" for NaN.
[[nodiscard]] std::string fixed_text(double value, int decimals);
// "0.950 ± 0.021"; the mean alone without a SD; "–" without a mean.
[[nodiscard]] std::string mean_and_sd(double mean, double sd, int decimals = 3);
// "+0.012", "−0.003", "0.000"; "–" for NaN.
[[nodiscard]] std::string signed_text(double value, int decimals = 3);
// "12.3 s", "3 min 20 s", "1 h 02 min"; "–" for NaN.
[[nodiscard]] std::string duration_text(double seconds);

}  // namespace myoseg
