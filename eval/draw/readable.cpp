#include "eval/draw/readable.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>

namespace myoseg {

std::string region_title(std::string_view name) {
  std::string title(name);
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty())
    title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string fixed_text(double value, int decimals) {
  if (std::isnan(value)) return "–";
  const std::string size = fmt::format("{:.{}f}", std::abs(value), decimals);
  return value < 0 && size.find_first_not_of("0.") != std::string::npos ? "−" + size : size;
}

std::string mean_and_sd(double mean, double sd, int decimals) {
  if (std::isnan(mean) || std::isnan(sd)) return fixed_text(mean, decimals);
  return fixed_text(mean, decimals) + " ± " + fixed_text(sd, decimals);
}

std::string signed_text(double value, int decimals) {
  const std::string text = fixed_text(value, decimals);
  const bool is_zero = text.find_first_not_of("0.") == std::string::npos;
  return value > 0 && !is_zero ? "+" + text : text;
}

std::string p_value_text(const statistics::Estimate& p) {
  return p.defined() && p.value < 0.001 ? "< 0.001" : fixed_text(p.value, 3);
}

std::string interval_text(const statistics::Interval& interval, int decimals) {
  if (!interval.defined()) return "–";
  return fixed_text(interval.low, decimals) + " to " + fixed_text(interval.high, decimals);
}

std::string value_and_interval(const statistics::Estimate& value,
                               const statistics::Interval& interval, int decimals) {
  const std::string text = fixed_text(value.value, decimals);
  if (!value.defined() || !interval.defined()) return text;
  return fmt::format("{} [{}, {}]", text, fixed_text(interval.low, decimals),
                     fixed_text(interval.high, decimals));
}

std::string duration_text(double seconds) {
  if (std::isnan(seconds)) return "–";
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto s = static_cast<std::int64_t>(std::llround(seconds));
  if (s < 3600) return fmt::format("{} min {:02} s", s / 60, s % 60);
  const std::int64_t minutes = (s + 30) / 60;
  return fmt::format("{} h {:02} min", minutes / 60, minutes % 60);
}

}  // namespace myoseg
