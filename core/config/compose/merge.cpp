#include "core/config/compose/merge.h"

#include <algorithm>

#include "core/config/config_error.h"
#include "core/config/interpolate/resolver.h"
#include "core/names.h"

namespace myoseg {
namespace {

class Merger {
 public:
  Merger(Node& root, const ResolveContext& context) : root_(root), context_(context) {}

  void merge(Node& into, const Node& from, KeyPath& path) const {
    if (is_missing(from)) return;
    if (from.is_map() && interpolated_text(into) != nullptr) copy_target(into, path);
    const bool clash = (into.is_map() && from.is_list()) || (into.is_list() && from.is_map());
    if (clash)
      throw ConfigError(
          ConfigFault::merge_type_mismatch,
          fmt::format("{}: '{}' is {} here but {} at {}; they cannot be merged", from.origin.text(),
                      join(path, "."), from.kind_name(), into.kind_name(), into.origin.text()));
    if (!from.is_map()) {
      into = from;
      return;
    }
    if (!into.is_map()) into = Node(Node::Map{}, from.origin);
    for (const auto& [key, value] : *from.get_if<Node::Map>()) {
      path.push_back(key);
      if (Node* present = into.find(key))
        merge(*present, value, path);
      else
        into.set(key, value);
      path.pop_back();
    }
  }

 private:
  // `use: ${base}` with a mapping merged over it becomes a copy of what `base` is now.
  void copy_target(Node& into, const KeyPath& path) const {
    try {
      Node target = resolve_at(root_, path, context_);
      if (target.is_map() || target.is_list()) into = std::move(target);
    } catch (const ConfigError&) {
      // What it refers to may come later or never; then the mapping simply replaces it.
    }
  }

  Node& root_;
  const ResolveContext& context_;
};

}  // namespace

KeyPath split_path(const std::string& key) {
  KeyPath path;
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t dot = std::min(key.find('.', at), key.size());
    path.push_back(key.substr(at, dot - at));
    at = dot + 1;
  }
  return path;
}

std::vector<std::string> keys_of(const Node& node) {
  std::vector<std::string> keys;
  if (const auto* map = node.get_if<Node::Map>())
    for (const auto& [key, value] : *map) keys.push_back(key);
  return keys;
}

void all_keys(const Node& node, const std::string& prefix, std::vector<std::string>& out) {
  if (const auto* map = node.get_if<Node::Map>())
    for (const auto& [key, value] : *map) {
      out.push_back(prefix + key);
      all_keys(value, prefix + key + '.', out);
    }
}

Node at_package(Node content, const std::string& package) {
  if (package.empty()) return content;
  KeyPath path = split_path(package);
  for (auto key = path.rbegin(); key != path.rend(); ++key) {
    Node outer(Node::Map{}, content.origin);
    outer.set(*key, std::move(content));
    content = std::move(outer);
  }
  return content;
}

bool same_value(const Node& a, const Node& b) {
  const auto* whole_a = a.get_if<std::int64_t>();
  const auto* whole_b = b.get_if<std::int64_t>();
  const auto* broken_a = a.get_if<double>();
  const auto* broken_b = b.get_if<double>();
  if (whole_a != nullptr && broken_b != nullptr) return static_cast<double>(*whole_a) == *broken_b;
  if (broken_a != nullptr && whole_b != nullptr) return *broken_a == static_cast<double>(*whole_b);
  return a.text() == b.text();
}

void merge_files(Node& into, const Node& from, const ResolveContext& context) {
  KeyPath path;
  Merger(into, context).merge(into, from, path);
}

}  // namespace myoseg
