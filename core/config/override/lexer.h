// The tokens of an override's value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/tree/node.h"

namespace myoseg {

struct Token {
  enum class Kind {
    parenthesis_open,
    parenthesis_close,
    bracket_open,
    bracket_close,
    brace_open,
    brace_close,
    comma,
    colon,
    equal,
    number,
    null,
    boolean,
    character,
    identifier,
    escape,
    space,
    quoted,
    interpolation,
    other,
    end,
  };
  Kind kind = Kind::end;
  std::string_view text;
  std::size_t at = 0;  // offset in the whole override
};

// A ConfigError whose message shows `text` with a caret under the character at `at`.
[[nodiscard]] ConfigError fault_at(ConfigFault fault, std::string_view text, std::size_t at,
                                   std::string_view what);

// The tokens of `text` from `from` to its end; the longest match wins, an unknown character becomes
// `other`.
[[nodiscard]] std::vector<Token> tokens_of(std::string_view text, std::size_t from);

// The typed value of a number, boolean or null token (whole numbers beyond 64 bits stay text).
[[nodiscard]] Node typed_token(const Token& token);

}  // namespace myoseg
