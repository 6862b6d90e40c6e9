#include "core/config/override/primitive.h"

#include <algorithm>

namespace myoseg {
namespace {

using Kind = Token::Kind;

std::string text_of(const Token& token) {
  if (token.kind != Kind::escape) return std::string(token.text);
  std::string out;
  for (std::size_t i = 1; i < token.text.size(); i += 2) out += token.text[i];
  return out;
}

}  // namespace

bool one_of_kinds(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool in_primitive(Kind kind) {
  return one_of_kinds(
      kind, {Kind::identifier, Kind::null, Kind::number, Kind::boolean, Kind::interpolation,
             Kind::character, Kind::colon, Kind::escape, Kind::space});
}

std::string unquoted(std::string_view token) {
  const char quote = token.front();
  const std::string_view inner = token.substr(1, token.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < inner.size();) {
    const std::size_t run = std::min(inner.find_first_not_of('\\', i), inner.size()) - i;
    const bool before_quote = i + run == inner.size() || inner[i + run] == quote;
    out.append(before_quote ? run / 2 : run, '\\');
    i += run;
    if (i < inner.size()) out += inner[i++];
  }
  return out;
}

Element primitive_of(std::vector<Token> tokens) {
  if (!tokens.empty() && tokens.front().kind == Kind::space) tokens.erase(tokens.begin());
  if (!tokens.empty() && tokens.back().kind == Kind::space) tokens.pop_back();
  Element element;
  std::string joined;
  for (const Token& token : tokens) {
    joined += text_of(token);
    element.raw += token.text;
  }
  const bool typed =
      tokens.size() == 1 && one_of_kinds(tokens[0].kind, {Kind::number, Kind::boolean, Kind::null});
  element.scalar = typed ? typed_token(tokens[0]) : Node(std::move(joined));
  return element;
}

std::optional<Parsed> plain_value(const std::vector<Token>& value) {
  std::vector<std::vector<Token>> texts(1);
  for (const Token& token : value) {
    const bool stray =
        token.kind == Kind::other && (token.text == "'" || token.text == "\"" ||
                                      static_cast<unsigned char>(token.text[0]) < 0x20);
    const bool ends = one_of_kinds(token.kind, {Kind::comma, Kind::end});
    if (ends && (texts.back().empty() || texts.back().front().kind == Kind::equal))
      return std::nullopt;
    if (token.kind == Kind::comma)
      texts.emplace_back();
    else if (!ends && (stray || !(in_primitive(token.kind) ||
                                  one_of_kinds(token.kind, {Kind::equal, Kind::other}))))
      return std::nullopt;
    else if (!ends)
      texts.back().push_back(token);
  }
  if (texts.size() == 1) return Parsed{primitive_of(std::move(texts[0])), std::nullopt};
  Sweep sweep;
  for (auto& tokens : texts) sweep.items.push_back(primitive_of(std::move(tokens)));
  return Parsed{std::nullopt, std::move(sweep)};
}

}  // namespace myoseg
