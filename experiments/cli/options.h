// Options of one sub-command that are no part of an experiment, such as `out` or `fold`.
#pragma once

#include <string>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

// The value of `key=value` by the override grammar; text that the grammar has no place for (a path
// with '=' or parentheses) is taken as it stands.
[[nodiscard]] Node option_value(const std::string& text);

// Takes the overrides whose key `known` has out of `overrides`.
[[nodiscard]] Node take_known(std::vector<std::string>& overrides, const Node& known);

// The same for the fields of `Options`.
template <Described Options>
[[nodiscard]] Node take_options_node(std::vector<std::string>& overrides) {
  return take_known(overrides, write_fields(Options{}));
}

// The same, bound.
template <Described Options>
[[nodiscard]] Options take_options(std::vector<std::string>& overrides) {
  return bind<Options>(take_options_node<Options>(overrides));
}

// For commands that take nothing but their own options. Error(bad_usage) naming the first of
// `overrides`.
void refuse_other_overrides(const std::vector<std::string>& overrides, const Node& known);

template <Described Options>
[[nodiscard]] Options only_options(std::vector<std::string> overrides) {
  const Node given = take_options_node<Options>(overrides);
  refuse_other_overrides(overrides, write_fields(Options{}));
  return bind<Options>(given);
}

}  // namespace myoseg
