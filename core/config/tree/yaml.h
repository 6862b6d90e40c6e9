// YAML text to a Node, with the scalar types of core/config/tree/yaml_scalar.h and the strictness
// of PyYAML.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "core/config/tree/node.h"

namespace myoseg {

// The one document in `text`; null when there is none. `source` names it in origins and messages.
// Keys are text as written. Anchors, aliases and `<<` are expanded. Throws ConfigError
// (yaml_syntax, yaml_duplicate_key, unsupported_key_type) for what YAML 1.1 forbids and for
// repeated keys, further documents, tabs, unknown tags and text that is not UTF-8, with line and
// column.
[[nodiscard]] Node parse_yaml(std::string_view text, const std::string& source);

[[nodiscard]] Node load_yaml(const std::filesystem::path& file);

}  // namespace myoseg
