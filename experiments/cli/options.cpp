#include "experiments/cli/options.h"

#include "core/config/config_error.h"
#include "core/config/override/override.h"
#include "core/names.h"

namespace myoseg {

Node option_value(const std::string& text) {
  const Origin origin{fmt::format("option '{}'", text)};
  try {
    const Override parsed = parse_override(text);
    if (parsed.value) return parsed.value->node(origin);
  } catch (const ConfigError&) {
  }
  return Node(text.substr(text.find('=') + 1), origin);
}

Node take_known(std::vector<std::string>& overrides, const Node& known) {
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
  return given;
}

void refuse_other_overrides(const std::vector<std::string>& overrides, const Node& known) {
  if (overrides.empty()) return;
  std::vector<std::string> names;
  for (const auto& [name, value] : *known.get_if<Node::Map>()) names.push_back(name);
  const std::string key = overrides.front().substr(0, overrides.front().find('='));
  if (key == overrides.front())
    throw usage_error("'{}': an option is written key=value; this command's options are {}", key,
                      join(names));
  throw usage_error("'{}': this command has no option '{}'{}; its options are {}",
                    overrides.front(), key, did_you_mean(key, names), join(names));
}

}  // namespace myoseg
