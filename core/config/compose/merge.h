// Merging one file's content over another's, and changing single values from the command line.
#pragma once

#include <string>
#include <vector>

#include "core/config/interpolate/interpolate.h"
#include "core/config/override/override.h"
#include "core/config/tree/node.h"

namespace myoseg {

// "a.b.0" -> its steps.
[[nodiscard]] KeyPath split_path(const std::string& key);

// The keys of a mapping in their order, of anything else none.
[[nodiscard]] std::vector<std::string> keys_of(const Node& node);
// Appends every dotted key below a node, each behind `prefix`.
void all_keys(const Node& node, const std::string& prefix, std::vector<std::string>& out);

// `content` placed at a dotted package ("" = root).
[[nodiscard]] Node at_package(Node content, const std::string& package);

// `from` over `into`: mappings recursively, everything else replaces; `???` keeps what is there.
// Throws ConfigError(merge_type_mismatch) for a list over a mapping or a mapping over a list.
void merge_files(Node& into, const Node& from, const ResolveContext& context);

// Equal as values: 1 equals 1.0, but not '1' or true; lists and mappings by their parts in order.
[[nodiscard]] bool same_value(const Node& a, const Node& b);

// One value override on the composed tree. Throws ConfigError (key_not_in_config, add_key_exists,
// ...).
void apply_value(Node& root, const Override& given, const ResolveContext& context);

}  // namespace myoseg
