// Single values: what they may be and how they are read.
#include <algorithm>
#include <cmath>

#include "core/config/tree/yaml_scalar.h"
#include "core/fields/fields.h"
#include "core/names.h"

namespace myoseg {
namespace {

std::string number_text(double value) {
  std::string text = float_text(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  return text;
}

// The found value as a message shows it: text 'abc', 1.5, a list [1, 2].
std::string shown(const Node& node) {
  std::string text;
  if (const auto* value = node.get_if<std::string>())
    text = '\'' + *value + '\'';
  else
    text = node.text();
  constexpr std::size_t kLongest = 60;
  if (text.size() > kLongest) text = text.substr(0, kLongest) + "...";
  return node.is_map() || node.is_list() || node.get_if<std::string>() != nullptr
             ? node.kind_name() + ' ' + text
             : text;
}

bool outside(const Node& node, double value, const std::string& path, const Limits& limits,
             Faults& faults) {
  if (limits.allows(value)) return false;
  faults.add(node.origin, path, node.text() + " is outside " + limits.text());
  return true;
}

}  // namespace

bool Limits::allows(double value) const {
  if (std::isnan(value)) return false;
  return (low_open ? value > low : value >= low) && (high_open ? value < high : value <= high);
}

std::string Limits::text() const {
  if (!names.empty()) return "one of " + join(names);
  const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
  if (!has_low && !has_high) return "";
  if (!has_high) return (low_open ? "> " : ">= ") + number_text(low);
  if (!has_low) return (high_open ? "< " : "<= ") + number_text(high);
  return (low_open ? '(' : '[') + number_text(low) + ", " + number_text(high) +
         (high_open ? ')' : ']');
}

namespace detail {

void expected(const Node& node, const std::string& path, std::string_view what, Faults& faults) {
  const auto* text = node.get_if<std::string>();
  if (text != nullptr && *text == "???") return faults.add(node.origin, path, "must be given");
  std::string sentence = "expected " + std::string(what) + ", found " + shown(node);
  if (what == "a list" && node.is_scalar())
    sentence += "; a list of it alone is [" + node.text() + ']';
  faults.add(node.origin, path, sentence);
}

bool read_scalar(const Node& node, bool& value, const std::string& path, const Limits&,
                 Faults& faults) {
  if (const auto* found = node.get_if<bool>()) {
    value = *found;
    return true;
  }
  expected(node, path, "true or false", faults);
  return false;
}

bool read_scalar(const Node& node, std::int64_t& value, const std::string& path,
                 const Limits& limits, Faults& faults) {
  const auto* found = node.get_if<std::int64_t>();
  if (found == nullptr) {
    expected(node, path, "a whole number", faults);
    return false;
  }
  if (outside(node, static_cast<double>(*found), path, limits, faults)) return false;
  value = *found;
  return true;
}

bool read_scalar(const Node& node, double& value, const std::string& path, const Limits& limits,
                 Faults& faults) {
  double found = 0;
  if (const auto* number = node.get_if<double>()) {
    found = *number;
  } else if (const auto* whole = node.get_if<std::int64_t>()) {
    found = static_cast<double>(*whole);
  } else {
    expected(node, path, "a number", faults);
    return false;
  }
  // A limit says that the value has a size, and infinity has none: 1/inf and inf/inf would be found
  // only by what is computed with them.
  const bool limited = std::isfinite(limits.low) || std::isfinite(limits.high);
  if (std::isnan(found) || (limited && std::isinf(found) && limits.allows(found))) {
    expected(node, path, std::isnan(found) ? "a number" : "a finite number", faults);
    return false;
  }
  if (outside(node, found, path, limits, faults)) return false;
  value = found;
  return true;
}

bool read_scalar(const Node& node, std::string& value, const std::string& path,
                 const Limits& limits, Faults& faults) {
  const auto* found = node.get_if<std::string>();
  if (found == nullptr || *found == "???") {
    expected(node, path,
             node.is_scalar() ? "text (in quotes when it looks like something else)" : "text",
             faults);
    return false;
  }
  if (!limits.names.empty() &&
      std::find(limits.names.begin(), limits.names.end(), *found) == limits.names.end()) {
    unknown_name(node, path, *found, limits.names, faults);
    return false;
  }
  value = *found;
  return true;
}

void unknown_name(const Node& node, const std::string& path, std::string_view found,
                  const std::vector<std::string>& names, Faults& faults) {
  faults.add(
      node.origin, path,
      '\'' + std::string(found) + "' is not one of: " + join(names) + did_you_mean(found, names));
}

}  // namespace detail
}  // namespace myoseg
