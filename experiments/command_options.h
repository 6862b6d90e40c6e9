// Options of one sub-command that are no part of an experiment, such as `out` or `fold`.
#pragma once

#include <string>
#include <vector>

#include "core/fields.h"

namespace myoseg {

// The value of `key=value` by the override grammar; text that the grammar has no place for (a path
// with '=' or parentheses) is taken as it stands.
[[nodiscard]] Node option_value(const std::string& text);

}  // namespace myoseg

namespace myoseg {

// Takes the overrides whose key is a field of `Options` out of `overrides` and binds them.
template <Described Options>
[[nodiscard]] Options take_options(std::vector<std::string>& overrides) {
  const Node known = write_fields(Options{});
  Node given{Node::Map{}};
  std::vector<std::string> rest;
  for (const std::string& text : overrides) {
    const auto end = text.find('=');
    if (end != std::string::npos && known.find(text.substr(0, end)) != nullptr)
      given.set(text.substr(0, end), option_value(text));
    else
      rest.push_back(text);
  }
  overrides = std::move(rest);
  return bind<Options>(given);
}

// For commands that take nothing but their own options.
void refuse_other_overrides(const std::vector<std::string>& overrides,
                            const std::vector<std::string>& known);

template <Described Options>
[[nodiscard]] Options only_options(std::vector<std::string> overrides) {
  const Options options = take_options<Options>(overrides);
  std::vector<std::string> known;
  const Node fields = write_fields(options);
  for (const auto& [key, value] : *fields.get_if<Node::Map>()) known.push_back(key);
  refuse_other_overrides(overrides, known);
  return options;
}

}  // namespace myoseg
