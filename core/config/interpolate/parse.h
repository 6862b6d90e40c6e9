// The grammar of texts with `${...}` in them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace myoseg {

struct Interpolation;

// A piece of text: literal, or one `${...}`.
struct TextPart {
  std::string literal;
  std::shared_ptr<const Interpolation> interpolation;  // null for a literal
};
using TextParts = std::vector<TextPart>;

// An argument of a resolver.
struct ResolverArgument {
  TextParts parts;
  bool quoted = false;  // then it is text whatever it looks like
};

struct Interpolation {
  std::string text;  // as written, for messages
  // A reference: dots in front (0 = absolute) and the steps of the key.
  int dots = 0;
  std::vector<TextParts> keys;
  // A resolver call when its name is not empty.
  TextParts resolver;
  std::vector<ResolverArgument> arguments;
};

// Throws std::invalid_argument with a sentence when the text is malformed.
[[nodiscard]] TextParts parse_interpolated(std::string_view text);

}  // namespace myoseg
