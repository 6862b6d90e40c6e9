// `${...}` in configuration values: references to other keys and the resolvers env, now, hydra,
// select, decode.
#pragma once

#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/tree/node.h"

namespace myoseg {

using KeyPath = std::vector<std::string>;

// "a.b", "l[1].x": how a key is shown.
[[nodiscard]] std::string path_text(const KeyPath& path, const Node& root);

// What resolvers need beside the configuration itself.
struct ResolveContext {
  std::tm now{};  // one instant for the whole run
  const Node* full =
      nullptr;    // the tree whose `hydra` section `${hydra:...}` reads; null: not available
  int depth = 0;  // how many `${hydra:...}` lead into each other
};

// True when the text holds a reference or an escaped one.
[[nodiscard]] inline bool has_interpolation(std::string_view text) {
  return text.find("${") != std::string_view::npos;
}

// Throws ConfigError(interpolation_syntax) naming the origin when any text in the tree is
// malformed.
void check_interpolations(const Node& tree);

// A copy of the value at `path` of `root` with every reference in it resolved; `???` stays. Throws
// ConfigError of an interpolation kind (or env_not_found), its message naming origin and key, its
// key() the key read.
[[nodiscard]] Node resolve_at(const Node& root, const KeyPath& path, const ResolveContext& context);
[[nodiscard]] Node resolve_all(const Node& root, const ResolveContext& context);

// A text as the value `${text}` would be, seen from the root.
[[nodiscard]] Node resolve_text(const std::string& text, const Node& root,
                                const ResolveContext& context);

// Python's way to write a value inside text: True, None, 0.001, [1, 'a'].
[[nodiscard]] std::string python_text(const Node& node);

}  // namespace myoseg
