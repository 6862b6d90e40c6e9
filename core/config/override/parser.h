// Reads the value of an override.
#pragma once

#include <string_view>

#include "core/config/override/functions.h"

namespace myoseg {

// The value that begins at `from` of an override's text. What cannot be read by the grammar, but
// can be nothing else than plain text either (`epoch=12.ckpt`, a URL), is that text. Throws
// ConfigError.
[[nodiscard]] Parsed parse_value(std::string_view text, std::size_t from);

}  // namespace myoseg
