// What type a plain YAML scalar has, and how numbers are written so that they read back as
// themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/tree/node.h"

namespace myoseg {

// The value of an unquoted scalar by YAML 1.1 with OmegaConf's changes: `1e-3` is a number, `yes`
// is true, `010` is 8, `y`, `inf`, dates and whole numbers beyond 64 bits are text.
[[nodiscard]] Node typed_scalar(std::string_view text);

// What the tags of YAML's own types begin with.
inline constexpr std::string_view kYamlTag = "tag:yaml.org,2002:";

// The value of a scalar with a parser's tag: "?" is plain, "!" quoted; none when the tag is unknown
// or does not fit the text.
[[nodiscard]] std::optional<Node> tagged_scalar(std::string_view tag, const std::string& text);

// Shortest digits that read back: 0.001, 1e-05, 1.0, 1e+16, inf, -inf, nan (as Python writes them).
[[nodiscard]] std::string float_text(double value);

// `text` as one YAML scalar that reads back as text; inside [..] and {..} more needs quotes.
[[nodiscard]] std::string quoted_scalar(std::string_view text, bool in_flow);

}  // namespace myoseg
