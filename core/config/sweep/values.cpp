#include "core/config/sweep/values.h"

#include <fnmatch.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "core/config/compose/compose.h"
#include "core/config/config_error.h"
#include "core/config/override/cast.h"
#include "core/config/tree/yaml_scalar.h"
#include "core/names.h"

namespace myoseg {
namespace {

// Digits behind the point in the shortest decimal form.
int decimals(const Node& node) {
  const auto* value = node.get_if<double>();
  if (value == nullptr) return 0;
  char buffer[40];
  const auto end =
      std::to_chars(buffer, buffer + sizeof buffer, *value, std::chars_format::scientific).ptr;
  const std::string text(buffer, end);
  const std::size_t e = text.find('e'), point = text.find('.');
  const int digits = point == std::string::npos ? 0 : static_cast<int>(e - point - 1);
  return std::max(0, digits - std::stoi(text.substr(e + 1)));
}

// start, start + step, ... as a person adds decimals: 0.1 + 2 * 0.1 is 0.3.
std::vector<Node> range_values(const Override& given) {
  const Sweep& sweep = *given.sweep;
  const double start = number(sweep.start), step = number(sweep.step);
  // A quotient that is whole but for rounding is whole: the end itself does not belong.
  const double exact = (number(sweep.stop) - start) / step;
  const double whole = std::round(exact);
  const double count =
      std::abs(exact - whole) < 1e-9 * std::max(1.0, whole) ? whole : std::ceil(exact);
  if (!(count <= static_cast<double>(kMostJobs)))
    throw usage_error("{}: the range has more than {} values", given.origin().text(), kMostJobs);
  const bool integers = sweep.start.get_if<std::int64_t>() != nullptr &&
                        sweep.stop.get_if<std::int64_t>() != nullptr &&
                        sweep.step.get_if<std::int64_t>() != nullptr;
  const int precision = std::max(decimals(sweep.start), decimals(sweep.step));
  std::vector<Node> values;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(count); ++i) {
    if (integers) {
      values.emplace_back(*sweep.start.get_if<std::int64_t>() +
                          i * *sweep.step.get_if<std::int64_t>());
      continue;
    }
    const std::string text =
        fmt::format("{:.{}f}", start + static_cast<double>(i) * step, precision);
    double value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    values.emplace_back(value == 0 ? 0.0 : value);  // no -0.0
  }
  return values;
}

std::vector<Node> glob_values(const Override& given,
                              const std::vector<std::filesystem::path>& search_path) {
  const auto matches = [](const std::vector<std::string>& patterns, const std::string& name) {
    return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
      return fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
    });
  };
  std::vector<Node> values;
  for (const std::string& option : list_options(search_path, given.key))
    if (matches(given.sweep->include, option) && !matches(given.sweep->exclude, option))
      values.emplace_back(option);
  return values;
}

Element element_of(const Node& node) {
  Element element;
  if (const auto* list = node.get_if<Node::List>()) {
    element.kind = Element::Kind::list;
    for (const Node& item : *list) element.items.push_back(element_of(item));
  } else if (const auto* map = node.get_if<Node::Map>()) {
    element.kind = Element::Kind::map;
    for (const auto& [key, value] : *map) {
      element.keys.emplace_back(key);
      element.items.push_back(element_of(value));
    }
  } else {
    element.scalar = node;
    settle_quote(element);
  }
  return element;
}

// Whether the text reads back as the value.
bool reads_back(const Element& element) {
  try {
    return parse_element(element.text()).node().text() == element.node().text();
  } catch (const ConfigError&) {
    return false;
  }
}

void quote_where_needed(Element& element) {
  for (Element& item : element.items) quote_where_needed(item);
  if (element.kind == Element::Kind::scalar && element.quote == 0 &&
      element.scalar.get_if<std::string>() != nullptr && !reads_back(element))
    element.quote = '\'';
}

}  // namespace

SweepValue value_of(Element element) {
  const auto* text = element.scalar.get_if<std::string>();
  const bool empty = element.kind == Element::Kind::scalar && text != nullptr && text->empty();
  if (!empty) quote_where_needed(element);  // `key=` is the empty text
  return {element.text(), element.node()};
}

SweepValue value_of(const Node& node) { return value_of(element_of(node)); }

std::vector<SweepValue> values_of(const Override& given,
                                  const std::vector<std::filesystem::path>& search_path) {
  std::vector<SweepValue> values;
  if (given.value) values.push_back(value_of(*given.value));
  if (!given.sweep) return values;
  for (const Element& item : given.sweep->items) values.push_back(value_of(item));
  std::vector<Node> nodes;
  if (given.sweep->kind == Sweep::Kind::range) nodes = range_values(given);
  if (given.sweep->kind == Sweep::Kind::glob) nodes = glob_values(given, search_path);
  for (const Node& node : nodes) values.push_back(value_of(node));
  return values;
}

std::string why_empty(const Override& given,
                      const std::vector<std::filesystem::path>& search_path) {
  const std::string where = given.origin().text() + ": ";
  const Sweep& sweep = *given.sweep;
  if (sweep.kind == Sweep::Kind::range)
    return fmt::format("{}the range of '{}' from {} to {} in steps of {} is empty", where,
                       given.key, sweep.start.text(), sweep.stop.text(), sweep.step.text());
  const auto options = list_options(search_path, given.key);
  if (options.empty())
    return fmt::format("{}'{}' is no group{}, so glob() finds no options", where, given.key,
                       did_you_mean(given.key, list_groups(search_path)));
  return fmt::format("{}no option of the group '{}' matches; its options are {}", where, given.key,
                     join(options));
}

}  // namespace myoseg
