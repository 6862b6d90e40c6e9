// Scalars as YAML text that reads back as the same value.
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/config/tree/yaml_scalar.h"

namespace myoseg {

std::string float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific);
  std::string text(buffer, end.ptr);
  // "-1.2345e-05" -> sign, digits, exponent; then laid out as Python's repr does.
  const std::size_t e = text.find('e');
  const int exponent = std::stoi(text.substr(e + 1));
  const std::string sign = text.front() == '-' ? "-" : "";
  std::string digits;
  for (const char c : text.substr(0, e))
    if (c >= '0' && c <= '9') digits += c;
  const int count = static_cast<int>(digits.size());
  if (exponent < -4 || exponent >= 16) {
    std::string mantissa = digits.substr(0, 1);
    if (count > 1) mantissa += "." + digits.substr(1);
    const std::string power = std::to_string(std::abs(exponent));
    return sign + mantissa + (exponent < 0 ? "e-" : "e+") + (power.size() < 2 ? "0" : "") + power;
  }
  if (exponent < 0) return sign + "0." + std::string(-exponent - 1, '0') + digits;
  if (count <= exponent + 1) return sign + digits + std::string(exponent + 1 - count, '0') + ".0";
  return sign + digits.substr(0, exponent + 1) + "." + digits.substr(exponent + 1);
}

std::string quoted_scalar(std::string_view text, bool in_flow) {
  bool control = false;
  for (const char c : text) control = control || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  if (control) {
    std::string out = "\"";
    for (const char c : text) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const auto code = static_cast<unsigned char>(c);
      if (c == '\n')
        out += "\\n";
      else if (c == '\t')
        out += "\\t";
      else if (c == '"' || c == '\\')
        out += std::string("\\") + c;
      else if (code < 0x20 || code == 0x7f)
        out += std::string("\\x") + kHex[code / 16] + kHex[code % 16];
      else
        out += c;
    }
    return out + '"';
  }
  const bool starts_badly =
      text.empty() ||
      std::string_view("!&*|>%@`\"'#{}[], ").find(text.front()) != std::string_view::npos ||
      ((text.front() == '-' || text.front() == '?' || text.front() == ':') &&
       (text.size() == 1 || text[1] == ' ' || in_flow));
  const bool has_bad = text.find(": ") != std::string_view::npos ||
                       text.find(" #") != std::string_view::npos ||
                       (in_flow && text.find_first_of(",[]{}:?") != std::string_view::npos);
  const bool ends_badly = !text.empty() && (text.back() == ' ' || text.back() == ':');
  const bool reserved =
      text == "=" || text == "<<" || text.starts_with("---") || text.starts_with("...");
  if (!starts_badly && !has_bad && !ends_badly && !reserved &&
      typed_scalar(text).get_if<std::string>() != nullptr)
    return std::string(text);
  std::string out = "'";
  for (const char c : text) {
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

}  // namespace myoseg
