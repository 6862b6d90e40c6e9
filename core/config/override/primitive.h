// Values made of tokens: quoted text and primitives.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/override/functions.h"
#include "core/config/override/lexer.h"

namespace myoseg {

[[nodiscard]] bool one_of_kinds(Token::Kind kind, std::initializer_list<Token::Kind> kinds);
[[nodiscard]] bool in_primitive(Token::Kind kind);

// A quoted token without its quotes. A backslash directly before the quote or at the end stands for
// the next character; elsewhere it is itself.
[[nodiscard]] std::string unquoted(std::string_view token);

// One token (blanks around it aside) is typed, several are text.
[[nodiscard]] Element primitive_of(std::vector<Token> tokens);

// A whole value as plain text, or at commas several, when nothing in it can be a list, mapping,
// call or quoted text.
[[nodiscard]] std::optional<Parsed> plain_value(const std::vector<Token>& value);

}  // namespace myoseg
