#include "core/config/tree/yaml_scalar.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

namespace myoseg {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A cursor over a scalar's text for hand-written patterns: std::regex is too slow for something run
// on every scalar.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}
  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  bool one(std::string_view set) {
    if (done() || set.find(text_[at_]) == std::string_view::npos) return false;
    ++at_;
    return true;
  }
  std::size_t many(std::string_view set) {
    const std::size_t from = at_;
    while (one(set)) {
    }
    return at_ - from;
  }
  bool word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kDigitsAnd_ = "0123456789_";

std::string without_underscores(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != '_') out += c;
  return out;
}

std::optional<std::int64_t> integer(bool negative, std::string_view digits, int base) {
  const std::string text = (negative ? "-" : "") + without_underscores(digits);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

double parsed(std::string_view text) {
  std::string clean = without_underscores(text);
  if (clean.starts_with('+')) clean.erase(0, 1);
  double value = 0;
  const auto [end, error] = std::from_chars(clean.data(), clean.data() + clean.size(), value);
  if (error == std::errc::result_out_of_range) {
    const bool tiny =
        clean.find("e-") != std::string::npos || clean.find("E-") != std::string::npos;
    value = std::copysign(tiny ? 0.0 : std::numeric_limits<double>::infinity(),
                          clean.front() == '-' ? -1.0 : 1.0);
  }
  return value;
}

// 1:30 is 90 and 1:30.5 is 90.5: base 60, every part after the first below 60.
std::optional<Node> base60(bool negative, std::string_view text) {
  Scan scan(text);
  const bool decimal = text.front() == '0';
  scan.many(kDigitsAnd_);
  double value = parsed(text.substr(0, text.size() - scan.rest().size()));
  bool parts = false;
  while (scan.one(":")) {
    const std::string_view part = scan.rest();
    if (scan.one("012345")) {
      scan.one(kDigits);
    } else if (!scan.one("6789")) {
      return std::nullopt;
    }
    value = value * 60 + parsed(part.substr(0, part.size() - scan.rest().size()));
    parts = true;
  }
  if (!parts) return std::nullopt;
  if (scan.done() && !decimal) return Node(static_cast<std::int64_t>(negative ? -value : value));
  const std::string_view fraction = scan.rest();
  if (!scan.one(".")) return std::nullopt;
  scan.many(kDigitsAnd_);
  if (!scan.done()) return std::nullopt;
  if (fraction.size() > 1) value += parsed("0" + std::string(fraction));
  return Node(negative ? -value : value);
}

std::optional<Node> whole_number(std::string_view text) {
  Scan scan(text);
  const bool negative = text.front() == '-';
  scan.one("+-");
  const std::string_view digits = scan.rest();
  if (digits.empty() || !is_digit(digits.front())) return std::nullopt;
  std::optional<std::int64_t> value;
  if (digits == "0") {
    value = 0;
  } else if (digits.starts_with("0x") && digits.size() > 2) {
    if (digits.find_first_not_of("0123456789abcdefABCDEF_", 2) != std::string_view::npos)
      return std::nullopt;
    value = integer(negative, digits.substr(2), 16);
  } else if (digits.starts_with("0b") && digits.size() > 2) {
    if (digits.find_first_not_of("01_", 2) != std::string_view::npos) return std::nullopt;
    value = integer(negative, digits.substr(2), 2);
  } else if (digits.front() == '0') {
    if (digits.find_first_not_of("01234567_") != std::string_view::npos)
      return base60(negative, digits);
    value = integer(negative, digits, 8);
  } else {
    if (digits.find_first_not_of(kDigitsAnd_) != std::string_view::npos)
      return base60(negative, digits);
    value = integer(negative, digits, 10);
  }
  return value ? std::optional(Node(*value)) : std::nullopt;
}

bool is_float(std::string_view text) {
  {  // [-+]?[0-9][0-9_]*\.[0-9_]*([eE][-+]?[0-9]+)?
    Scan s(text);
    s.one("+-");
    if (s.one(kDigits)) {
      s.many(kDigitsAnd_);
      if (s.one(".")) {
        s.many(kDigitsAnd_);
        if (s.done()) return true;
        if (s.one("eE")) {
          s.one("+-");
          return s.many(kDigits) > 0 && s.done();
        }
        return false;
      }
    }
  }
  {  // [-+]?[0-9]+(_[0-9]+)*[eE][-+]?[0-9]+
    Scan s(text);
    s.one("+-");
    if (s.many(kDigits) > 0) {
      while (s.one("_"))
        if (s.many(kDigits) == 0) return false;
      if (!s.one("eE")) return false;
      s.one("+-");
      return s.many(kDigits) > 0 && s.done();
    }
  }
  // \.[0-9][0-9_]*([eE][-+][0-9]+)?
  Scan s(text);
  if (!s.one(".") || !s.one(kDigits)) return false;
  s.many(kDigitsAnd_);
  if (s.done()) return true;
  return s.one("eE") && s.one("+-") && s.many(kDigits) > 0 && s.done();
}

std::optional<double> special_float(std::string_view text) {
  Scan s(text);
  const bool negative = text.front() == '-';
  const bool sign = s.one("+-");
  const std::string_view rest = s.rest();
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF")
    return negative ? -std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::infinity();
  if (!sign && (rest == ".nan" || rest == ".NaN" || rest == ".NAN"))
    return std::numeric_limits<double>::quiet_NaN();
  return std::nullopt;
}

std::optional<bool> boolean(std::string_view text) {
  for (const std::string_view word :
       {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"})
    if (text == word) return true;
  for (const std::string_view word :
       {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF"})
    if (text == word) return false;
  return std::nullopt;
}

}  // namespace

Node typed_scalar(std::string_view text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL")
    return Node();
  if (const auto value = boolean(text)) return Node(*value);
  const char first = text.front();
  if (is_digit(first) || first == '+' || first == '-' || first == '.') {
    if (const auto value = whole_number(text)) return *value;
    if (const auto value = special_float(text)) return Node(*value);
    if (is_float(text)) return Node(parsed(text));
  }
  return Node(std::string(text));
}

std::optional<Node> tagged_scalar(std::string_view tag, const std::string& text) {
  if (tag == "?") return typed_scalar(text);
  if (tag == "!") return Node(text);
  if (!tag.starts_with(kYamlTag)) return std::nullopt;
  tag.remove_prefix(kYamlTag.size());
  if (tag == "str") return Node(text);
  if (tag == "null") return Node();
  Node node = typed_scalar(text);
  const auto* whole = node.get_if<std::int64_t>();
  if (tag == "float" && whole != nullptr) return Node(static_cast<double>(*whole));
  const bool fits = (tag == "int" && whole != nullptr) ||
                    (tag == "float" && node.get_if<double>() != nullptr) ||
                    (tag == "bool" && node.get_if<bool>() != nullptr);
  return fits ? std::optional(std::move(node)) : std::nullopt;
}

}  // namespace myoseg
