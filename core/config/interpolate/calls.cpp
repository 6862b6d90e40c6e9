// The resolvers: ${oc.env:..}, ${now:..}, ${hydra:..}, ${oc.select:..}, ${oc.decode:..}.
#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "core/config/interpolate/resolver.h"
#include "core/config/override/override.h"
#include "core/names.h"

namespace myoseg {

Node Resolver::argument(const ResolverArgument& argument, const Target& from) {
  if (!argument.quoted && argument.parts.size() == 1) {
    const TextPart& only = argument.parts[0];
    if (only.interpolation)
      return whole(value_of(*only.interpolation, from), only.interpolation->text);
    try {
      return parse_element(only.literal).node(from.node->origin);
    } catch (const ConfigError&) {
      return Node(only.literal);
    }
  }
  return Node(joined_text(argument.parts, from));
}

Node Resolver::call(const Interpolation& what, const Target& from) {
  const std::string name = joined_text(what.resolver, from);
  std::vector<Node> arguments;
  for (const ResolverArgument& a : what.arguments) arguments.push_back(argument(a, from));
  const auto count = [&](std::size_t low, std::size_t high) {
    if (arguments.size() < low || arguments.size() > high)
      throw fault(ConfigFault::interpolation_syntax,
                  fmt::format("{}: {} takes {} to {} arguments", what.text, name, low, high));
  };
  if (name == "oc.env") return count(1, 2), environment(what, arguments);
  if (name == "now") return count(1, 1), now(python_text(arguments[0]));
  if (name == "hydra") return count(1, 1), from_hydra(python_text(arguments[0]));
  if (name == "oc.select") return count(1, 2), select(what, arguments, from);
  if (name == "oc.decode") return count(1, 1), decode(what, arguments[0]);
  const std::vector<std::string> known{"oc.env", "now", "hydra", "oc.select", "oc.decode"};
  throw fault(ConfigFault::interpolation_unknown_resolver,
              fmt::format("{}: there is no resolver '{}', known are {}{}", what.text, name,
                          join(known), did_you_mean(name, known)));
}

Node Resolver::environment(const Interpolation& what, const std::vector<Node>& arguments) const {
  const std::string name = python_text(arguments[0]);
  if (const char* value = std::getenv(name.c_str())) return Node(std::string(value));
  if (arguments.size() == 1)
    throw fault(
        ConfigFault::env_not_found,
        fmt::format("{}: the environment variable '{}' is not set; set it or give a default, "
                    "${{oc.env:{},...}}",
                    what.text, name, name));
  return arguments[1].is_null() ? Node() : Node(python_text(arguments[1]));
}

Node Resolver::now(const std::string& format) const {
  std::string buffer(format.size() * 8 + 64, '\0');
  buffer.resize(std::strftime(buffer.data(), buffer.size(), format.c_str(), &context_.now));
  return Node(buffer);
}

Node Resolver::from_hydra(const std::string& key) const {
  constexpr int kDeepest = 20;
  if (context_.depth > kDeepest) throw cycle();
  const Node* node = context_.full == nullptr ? nullptr : context_.full->at_path("hydra." + key);
  if (node == nullptr || is_missing(*node)) return Node();
  ResolveContext inner = context_;
  ++inner.depth;
  KeyPath path{"hydra"};
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t dot = std::min(key.find('.', at), key.size());
    path.push_back(key.substr(at, dot - at));
    at = dot + 1;
  }
  return Resolver(*context_.full, inner).resolve(*node, path);
}

Node Resolver::select(const Interpolation& what, const std::vector<Node>& arguments,
                      const Target& from) {
  std::string key = python_text(arguments[0]);
  KeyPath keys;
  const std::size_t dots = std::min(key.find_first_not_of('.'), key.size());
  if (dots > 0 && dots <= from.path.size())
    keys.assign(from.path.begin(), from.path.end() - static_cast<std::ptrdiff_t>(dots));
  std::replace(key.begin(), key.end(), '[', '.');
  std::erase(key, ']');
  for (std::size_t at = dots; at < key.size();) {
    const std::size_t dot = std::min(key.find('.', at), key.size());
    if (dot > at) keys.push_back(key.substr(at, dot - at));
    at = dot + 1;
  }
  try {
    Target target = find(keys, what.text);
    if (target.node != nullptr || target.owned) return whole(std::move(target), what.text);
  } catch (const ConfigError& error) {
    using enum ConfigFault;
    const auto fault = error.fault();
    const bool absent = fault == interpolation_key_not_found || fault == interpolation_to_missing ||
                        fault == interpolation_into_non_container;
    if (!absent) throw;
  }
  return arguments.size() > 1 ? arguments[1] : Node();
}

Node Resolver::decode(const Interpolation& what, const Node& value) const {
  const auto* text = value.get_if<std::string>();
  if (text == nullptr) return value;
  try {
    return parse_element(*text).node(value.origin);
  } catch (const ConfigError&) {
    throw fault(ConfigFault::interpolation_syntax,
                what.text + ": cannot read '" + *text + "' as a value");
  }
}

}  // namespace myoseg
