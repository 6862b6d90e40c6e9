#include "core/interpolate.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>

#include "core/compose_error.h"
#include "core/interpolate_parse.h"
#include "core/names.h"
#include "core/override.h"
#include "core/yaml_scalar.h"

namespace myoseg {
namespace {

bool is_missing(const Node& node) {
  const auto* text = node.get_if<std::string>();
  return text != nullptr && *text == "???";
}

const std::string* interpolated_text(const Node& node) {
  const auto* text = node.get_if<std::string>();
  return text != nullptr && has_interpolation(*text) ? text : nullptr;
}

std::optional<std::size_t> list_index(std::string_view key) {
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
  if (error != std::errc() || end != key.data() + key.size()) return std::nullopt;
  return index;
}

// A place in the unresolved tree, or a value of its own that has no place there.
struct Target {
  const Node* node = nullptr;
  KeyPath path;
  std::shared_ptr<const Node> owned;
};

class Resolver {
 public:
  Resolver(const Node& root, const ResolveContext& context) : root_(root), context_(context) {}

  // The whole subtree at `path`, every reference in it replaced by its value.
  Node resolve(const Node& node, const KeyPath& path) {
    if (const auto* map = node.get_if<Node::Map>()) {
      Node::Map out;
      out.reserve(map->size());
      for (const auto& [key, value] : *map) out.emplace_back(key, resolve(value, below(path, key)));
      return Node(std::move(out), node.origin);
    }
    if (const auto* list = node.get_if<Node::List>()) {
      Node::List out;
      out.reserve(list->size());
      for (std::size_t i = 0; i < list->size(); ++i)
        out.push_back(resolve((*list)[i], below(path, std::to_string(i))));
      return Node(std::move(out), node.origin);
    }
    if (interpolated_text(node) == nullptr) return node;
    const std::size_t outer = reading_.size();
    if (outer == 0) first_ = {&node, path};
    Target target = follow({&node, path, nullptr});
    refuse_parent(target, path);
    Node value = target.owned ? *target.owned : guarded(*target.node, target.path, &node);
    value.origin = node.origin;
    return value;
  }

  Node text_value(const std::string& text, const KeyPath& path, const Origin& origin) {
    const Node node(text, origin);
    first_ = {&node, path};
    Target target = follow({&node, path, nullptr});
    return target.owned ? *target.owned : resolve(*target.node, target.path);
  }

  // The place a key names, following references on the way. Null node: there is no such key.
  Target find(const KeyPath& keys, const std::string& shown) {
    Target at{&root_, {}, nullptr};
    for (const std::string& key : keys) {
      at = follow(at);
      const Node* node = at.owned ? at.owned.get() : at.node;
      if (is_missing(*node))
        throw fault(
            ConfigFault::interpolation_to_missing,
            shown + " goes through '" + join(at.path, ".") + "', which must be given first");
      if (!node->is_map() && !node->is_list())
        throw fault(ConfigFault::interpolation_into_non_container,
                    shown + ": '" + join(at.path, ".") + "' is " + node->kind_name() +
                        " and holds no '" + key + "'");
      const Node* next = nullptr;
      if (const auto* list = node->get_if<Node::List>()) {
        const auto index = list_index(key);
        if (!index)
          throw fault(ConfigFault::interpolation_list_index,
                      shown + ": '" + key + "' is no index of a list");
        if (*index >= list->size())
          throw fault(ConfigFault::interpolation_key_not_found,
                      fmt::format("{}: the list '{}' has {} items, there is no item {}", shown,
                                  join(at.path, "."), list->size(), key));
        next = &(*list)[*index];
      } else {
        next = node->find(key);
      }
      if (next == nullptr) return {};
      Target below_target{next, below(at.path, key), nullptr};
      if (at.owned) below_target.owned = std::shared_ptr<const Node>(at.owned, next);
      at = std::move(below_target);
    }
    return at;
  }

 private:
  static KeyPath below(const KeyPath& path, const std::string& key) {
    KeyPath longer = path;
    longer.push_back(key);
    return longer;
  }

  // The key that was being read when something went wrong is what the user sees.
  [[nodiscard]] ConfigError fault(ConfigFault kind, const std::string& what) const {
    const std::string key = path_text(first_.path, root_);
    return {kind, fmt::format("{}: {}: {}", first_.node->origin.text(), key, what), key};
  }

  // A container reached through a reference is resolved at its own place; meeting itself inside is
  // a cycle.
  Node guarded(const Node& node, const KeyPath& path, const Node* reader) {
    if (!reading_.insert(reader).second) throw cycle();
    Node value = resolve(node, path);
    reading_.erase(reader);
    return value;
  }

  [[nodiscard]] ConfigError cycle() const {
    return fault(ConfigFault::interpolation_cycle, "the reference leads back to itself");
  }

  // A chain of plain references (`a: ${b}`, `b: ${c}`) to its end, without resolving what lies
  // there.
  Target follow(Target target) {
    std::set<const Node*> seen;
    while (!target.owned) {
      const std::string* text = interpolated_text(*target.node);
      if (text == nullptr) return target;
      if (!seen.insert(target.node).second || following_.contains(target.node)) throw cycle();
      following_.insert(target.node);
      const Node* here = target.node;
      try {
        target = step(*text, target);
      } catch (...) {
        following_.erase(here);
        throw;
      }
      following_.erase(here);
    }
    return target;
  }

  Target step(const std::string& text, const Target& from) {
    const TextParts parts = parsed(text, from);
    if (parts.size() == 1 && parts[0].interpolation) return value_of(*parts[0].interpolation, from);
    return owned(Node(joined_text(parts, from), from.node->origin));
  }

  static Target owned(Node node) {
    return {nullptr, {}, std::make_shared<const Node>(std::move(node))};
  }

  TextParts parsed(const std::string& text, const Target& from) const {
    try {
      return parse_interpolated(text);
    } catch (const std::invalid_argument& error) {
      throw ConfigError(
          ConfigFault::interpolation_syntax,
          from.node->origin.text() + ": " + path_text(from.path, root_) + ": " + error.what());
    }
  }

  std::string joined_text(const TextParts& parts, const Target& from) {
    std::string out;
    for (const TextPart& part : parts)
      out += part.interpolation ? inserted_text(*part.interpolation, from) : part.literal;
    return out;
  }

  // Lists and mappings come as they are written, with the references in them unresolved (as in
  // Hydra).
  std::string inserted_text(const Interpolation& what, const Target& from) {
    Target target = follow(value_of(what, from));
    refuse_parent(target, from.path);
    if (!target.owned && (target.node->is_map() || target.node->is_list()))
      return python_text(*target.node);
    return python_text(whole(std::move(target), what.text));
  }

  // The value of a target with everything resolved; a missing value cannot be used.
  Node whole(Target target, const std::string& shown) {
    target = follow(std::move(target));
    const Node& node = target.owned ? *target.owned : *target.node;
    if (is_missing(node)) throw missing(shown, target.path);
    return target.owned ? node : resolve(node, target.path);
  }

  [[nodiscard]] ConfigError missing(const std::string& shown, const KeyPath& path) const {
    return fault(ConfigFault::interpolation_to_missing,
                 shown + " needs '" + join(path, ".") + "', which must be given");
  }

  Target value_of(const Interpolation& what, const Target& from) {
    if (!what.resolver.empty()) return owned(call(what, from));
    KeyPath keys;
    if (what.dots > 0) {
      // One dot is the section that holds the value, each further dot one level up.
      const std::size_t up = static_cast<std::size_t>(what.dots);
      if (up > from.path.size())
        throw fault(ConfigFault::interpolation_key_not_found,
                    what.text + " goes above the top of the configuration");
      keys.assign(from.path.begin(), from.path.end() - static_cast<std::ptrdiff_t>(up));
    }
    for (const TextParts& key : what.keys) keys.push_back(joined_text(key, from));
    Target target = find(keys, what.text);
    if (target.node == nullptr && !target.owned) throw not_found(what, keys);
    if (!target.owned) {
      if (is_missing(*target.node)) throw missing(what.text, target.path);
      refuse_parent(target, from.path);
    }
    return target;
  }

  // A section cannot be the value of something in it.
  void refuse_parent(const Target& target, const KeyPath& from) const {
    if (!target.owned && target.path.size() < from.size() &&
        std::equal(target.path.begin(), target.path.end(), from.begin()))
      throw fault(ConfigFault::interpolation_to_parent,
                  "the reference leads to '" + join(target.path, ".") + "', which holds it");
  }

  [[nodiscard]] ConfigError not_found(const Interpolation& what, const KeyPath& keys) {
    std::string near;
    const Node* parent = root_.at_path(join(KeyPath(keys.begin(), keys.end() - 1), "."));
    if (parent != nullptr && parent->is_map()) {
      std::vector<std::string> known;
      for (const auto& [key, value] : *parent->get_if<Node::Map>()) known.push_back(key);
      near = did_you_mean(keys.back(), known);
    }
    if (keys.front() == "hydra" && near.empty()) near = "; write ${hydra:...} with a colon";
    return fault(ConfigFault::interpolation_key_not_found,
                 what.text + ": there is no key '" + join(keys, ".") + "'" + near);
  }

  Node argument(const ResolverArgument& argument, const Target& from) {
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

  Node call(const Interpolation& what, const Target& from) {
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

  Node environment(const Interpolation& what, const std::vector<Node>& arguments) const {
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

  Node now(const std::string& format) const {
    std::string buffer(format.size() * 8 + 64, '\0');
    buffer.resize(std::strftime(buffer.data(), buffer.size(), format.c_str(), &context_.now));
    return Node(buffer);
  }

  // Resolved in the tree that has the `hydra` section; a value not given yet is null.
  Node from_hydra(const std::string& key) const {
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

  // The value at a key given as text, or the default where nothing is there.
  Node select(const Interpolation& what, const std::vector<Node>& arguments, const Target& from) {
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
      const bool absent = fault == interpolation_key_not_found ||
                          fault == interpolation_to_missing ||
                          fault == interpolation_into_non_container;
      if (!absent) throw;
    }
    return arguments.size() > 1 ? arguments[1] : Node();
  }

  Node decode(const Interpolation& what, const Node& value) const {
    const auto* text = value.get_if<std::string>();
    if (text == nullptr) return value;
    try {
      return parse_element(*text).node(value.origin);
    } catch (const ConfigError&) {
      throw fault(ConfigFault::interpolation_syntax,
                  what.text + ": cannot read '" + *text + "' as a value");
    }
  }

  struct Reading {
    const Node* node = nullptr;
    KeyPath path;
  };

  const Node& root_;
  const ResolveContext& context_;
  Reading first_;                    // the value that was asked for
  std::set<const Node*> following_;  // references being followed now
  std::set<const Node*> reading_;    // references whose target is being resolved now
};

std::string python_quoted(const std::string& text) {
  const char quote =
      text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + quote;
}

}  // namespace

std::string path_text(const KeyPath& path, const Node& root) {
  std::string out;
  const Node* node = &root;
  for (const std::string& key : path) {
    const auto* list = node == nullptr ? nullptr : node->get_if<Node::List>();
    if (list != nullptr) {
      out += '[' + key + ']';
      const auto index = list_index(key);
      node = index && *index < list->size() ? &(*list)[*index] : nullptr;
    } else {
      out += (out.empty() ? "" : ".") + key;
      node = node == nullptr ? nullptr : node->find(key);
    }
  }
  return out;
}

void check_interpolations(const Node& tree) {
  if (const auto* map = tree.get_if<Node::Map>())
    for (const auto& [key, value] : *map) check_interpolations(value);
  if (const auto* list = tree.get_if<Node::List>())
    for (const Node& item : *list) check_interpolations(item);
  if (const std::string* text = interpolated_text(tree)) {
    try {
      static_cast<void>(parse_interpolated(*text));
    } catch (const std::invalid_argument& error) {
      throw ConfigError(ConfigFault::interpolation_syntax,
                        tree.origin.text() + ": " + error.what());
    }
  }
}

Node resolve_at(const Node& root, const KeyPath& path, const ResolveContext& context) {
  const Node* node = root.at_path(join(path, "."));
  return node == nullptr ? Node() : Resolver(root, context).resolve(*node, path);
}

Node resolve_all(const Node& root, const ResolveContext& context) {
  return Resolver(root, context).resolve(root, {});
}

Node resolve_text(const std::string& text, const Node& root, const ResolveContext& context) {
  return Resolver(root, context).text_value(text, {""}, {});
}

std::string python_text(const Node& node) {
  if (const auto* text = node.get_if<std::string>()) return *text;
  if (node.is_null()) return "None";
  if (const auto* value = node.get_if<bool>()) return *value ? "True" : "False";
  if (const auto* value = node.get_if<double>()) return float_text(*value);
  const auto item_text = [](const Node& item) {
    const auto* text = item.get_if<std::string>();
    return text == nullptr ? python_text(item) : python_quoted(*text);
  };
  std::string out;
  if (const auto* list = node.get_if<Node::List>()) {
    for (const Node& item : *list) out += (out.empty() ? "" : ", ") + item_text(item);
    return '[' + out + ']';
  }
  if (const auto* map = node.get_if<Node::Map>()) {
    for (const auto& [key, value] : *map)
      out += (out.empty() ? "" : ", ") + python_quoted(key) + ": " + item_text(value);
    return '{' + out + '}';
  }
  return node.text();
}

}  // namespace myoseg
