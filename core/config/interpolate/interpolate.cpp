#include "core/config/interpolate/resolver.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "core/names.h"

namespace myoseg {

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

Node Resolver::resolve(const Node& node, const KeyPath& path) {
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

Node Resolver::text_value(const std::string& text, const KeyPath& path, const Origin& origin) {
  const Node node(text, origin);
  first_ = {&node, path};
  Target target = follow({&node, path, nullptr});
  return target.owned ? *target.owned : resolve(*target.node, target.path);
}

Target Resolver::find(const KeyPath& keys, const std::string& shown) {
  Target at{&root_, {}, nullptr};
  for (const std::string& key : keys) {
    at = follow(at);
    const Node* node = at.owned ? at.owned.get() : at.node;
    if (is_missing(*node))
      throw fault(ConfigFault::interpolation_to_missing,
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

KeyPath Resolver::below(const KeyPath& path, const std::string& key) {
  KeyPath longer = path;
  longer.push_back(key);
  return longer;
}

ConfigError Resolver::fault(ConfigFault kind, const std::string& what) const {
  const std::string key = path_text(first_.path, root_);
  return {kind, fmt::format("{}: {}: {}", first_.node->origin.text(), key, what), key};
}

Node Resolver::guarded(const Node& node, const KeyPath& path, const Node* reader) {
  if (!reading_.insert(reader).second) throw cycle();
  Node value = resolve(node, path);
  reading_.erase(reader);
  return value;
}

ConfigError Resolver::cycle() const {
  return fault(ConfigFault::interpolation_cycle, "the reference leads back to itself");
}

Target Resolver::follow(Target target) {
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

Target Resolver::step(const std::string& text, const Target& from) {
  const TextParts parts = parsed(text, from);
  if (parts.size() == 1 && parts[0].interpolation) return value_of(*parts[0].interpolation, from);
  return owned(Node(joined_text(parts, from), from.node->origin));
}

Target Resolver::owned(Node node) {
  return {nullptr, {}, std::make_shared<const Node>(std::move(node))};
}

TextParts Resolver::parsed(const std::string& text, const Target& from) const {
  try {
    return parse_interpolated(text);
  } catch (const std::invalid_argument& error) {
    throw ConfigError(
        ConfigFault::interpolation_syntax,
        from.node->origin.text() + ": " + path_text(from.path, root_) + ": " + error.what());
  }
}

std::string Resolver::joined_text(const TextParts& parts, const Target& from) {
  std::string out;
  for (const TextPart& part : parts)
    out += part.interpolation ? inserted_text(*part.interpolation, from) : part.literal;
  return out;
}

std::string Resolver::inserted_text(const Interpolation& what, const Target& from) {
  Target target = follow(value_of(what, from));
  refuse_parent(target, from.path);
  if (!target.owned && (target.node->is_map() || target.node->is_list()))
    return python_text(*target.node);
  return python_text(whole(std::move(target), what.text));
}

Node Resolver::whole(Target target, const std::string& shown) {
  target = follow(std::move(target));
  const Node& node = target.owned ? *target.owned : *target.node;
  if (is_missing(node)) throw missing(shown, target.path);
  return target.owned ? node : resolve(node, target.path);
}

ConfigError Resolver::missing(const std::string& shown, const KeyPath& path) const {
  return fault(ConfigFault::interpolation_to_missing,
               shown + " needs '" + join(path, ".") + "', which must be given");
}

Target Resolver::value_of(const Interpolation& what, const Target& from) {
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

void Resolver::refuse_parent(const Target& target, const KeyPath& from) const {
  if (!target.owned && target.path.size() < from.size() &&
      std::equal(target.path.begin(), target.path.end(), from.begin()))
    throw fault(ConfigFault::interpolation_to_parent,
                "the reference leads to '" + join(target.path, ".") + "', which holds it");
}

ConfigError Resolver::not_found(const Interpolation& what, const KeyPath& keys) {
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

}  // namespace myoseg
