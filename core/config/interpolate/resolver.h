// Resolves references in one tree; core/config/interpolate/interpolate.h is its public face.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/interpolate/interpolate.h"
#include "core/config/interpolate/parse.h"

namespace myoseg {

// A place in the unresolved tree, or a value of its own that has no place there.
struct Target {
  const Node* node = nullptr;
  KeyPath path;
  std::shared_ptr<const Node> owned;
};

// Follows references through the unresolved tree. One object serves one reading of it.
class Resolver {
 public:
  Resolver(const Node& root, const ResolveContext& context) : root_(root), context_(context) {}

  // The whole subtree at `path`, every reference in it replaced by its value.
  Node resolve(const Node& node, const KeyPath& path);
  Node text_value(const std::string& text, const KeyPath& path, const Origin& origin);

  // The place a key names, following references on the way. Null node: there is no such key.
  Target find(const KeyPath& keys, const std::string& shown);

 private:
  static KeyPath below(const KeyPath& path, const std::string& key);

  // The key that was being read when something went wrong is what the user sees.
  [[nodiscard]] ConfigError fault(ConfigFault kind, const std::string& what) const;

  // A container reached through a reference is resolved at its own place; meeting itself inside is
  // a cycle.
  Node guarded(const Node& node, const KeyPath& path, const Node* reader);
  [[nodiscard]] ConfigError cycle() const;

  // A chain of plain references (`a: ${b}`, `b: ${c}`) to its end, without resolving what lies
  // there.
  Target follow(Target target);
  Target step(const std::string& text, const Target& from);
  static Target owned(Node node);
  TextParts parsed(const std::string& text, const Target& from) const;
  std::string joined_text(const TextParts& parts, const Target& from);

  // Lists and mappings come as they are written, with the references in them unresolved (as in
  // Hydra).
  std::string inserted_text(const Interpolation& what, const Target& from);

  // The value of a target with everything resolved; a missing value cannot be used.
  Node whole(Target target, const std::string& shown);
  [[nodiscard]] ConfigError missing(const std::string& shown, const KeyPath& path) const;
  Target value_of(const Interpolation& what, const Target& from);

  // A section cannot be the value of something in it.
  void refuse_parent(const Target& target, const KeyPath& from) const;
  [[nodiscard]] ConfigError not_found(const Interpolation& what, const KeyPath& keys);
  Node argument(const ResolverArgument& argument, const Target& from);
  Node call(const Interpolation& what, const Target& from);
  Node environment(const Interpolation& what, const std::vector<Node>& arguments) const;
  Node now(const std::string& format) const;

  // Resolved in the tree that has the `hydra` section; a value not given yet is null.
  Node from_hydra(const std::string& key) const;

  // The value at a key given as text, or the default where nothing is there.
  Node select(const Interpolation& what, const std::vector<Node>& arguments, const Target& from);
  Node decode(const Interpolation& what, const Node& value) const;

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

[[nodiscard]] bool is_missing(const Node& node);  // ???
// The node's text when it holds a reference, else null.
[[nodiscard]] const std::string* interpolated_text(const Node& node);
[[nodiscard]] std::optional<std::size_t> list_index(std::string_view key);

}  // namespace myoseg
