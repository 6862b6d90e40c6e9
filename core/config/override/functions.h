// The functions that an override's value may call: casts and sweeps.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/override/override.h"

namespace myoseg {

// What a value (or a part of one) turned out to be: exactly one of the two is set.
struct Parsed {
  std::optional<Element> element;
  std::optional<Sweep> sweep;
};

struct Argument {
  std::string name;  // empty when positional
  Parsed value;
};

// Makes the error for a sentence; the parser knows the place.
using Complain = std::function<ConfigError(ConfigFault, const std::string&)>;

[[nodiscard]] const std::vector<std::string>& function_names();

// `name` is one of function_names().
[[nodiscard]] Parsed call_function(const std::string& name, std::vector<Argument> arguments,
                                   const Complain& complain);

}  // namespace myoseg
