#include "core/config/override/lexer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace myoseg {
namespace {

using Kind = Token::Kind;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::size_t blanks(std::string_view s, std::size_t at) {
  std::size_t n = 0;
  while (at + n < s.size() && is_blank(s[at + n])) ++n;
  return n;
}

// [0-9](_?[0-9])*
std::size_t digits(std::string_view s, std::size_t at) {
  if (at >= s.size() || !is_digit(s[at])) return 0;
  std::size_t n = 1;
  while (at + n < s.size()) {
    if (is_digit(s[at + n]))
      n += 1;
    else if (s[at + n] == '_' && at + n + 1 < s.size() && is_digit(s[at + n + 1]))
      n += 2;
    else
      break;
  }
  return n;
}

// 0 | [1-9](_?[0-9])*
std::size_t unsigned_integer(std::string_view s, std::size_t at) {
  return at < s.size() && s[at] == '0' ? 1 : digits(s, at);
}

std::size_t number(std::string_view s) {
  const std::size_t sign = !s.empty() && (s[0] == '+' || s[0] == '-') ? 1 : 0;
  const std::string word = lower(s.substr(sign, 3));
  if (word == "inf" || word == "nan") return sign + 3;
  const std::size_t whole = unsigned_integer(s, sign);
  std::size_t length = whole == 0 ? 0 : sign + whole;
  const bool dot = sign + whole < s.size() && s[sign + whole] == '.';
  if (dot) {
    const std::size_t fraction = digits(s, sign + whole + 1);
    if (whole + fraction > 0) length = sign + whole + 1 + fraction;
  }
  if (length == 0 || length >= s.size() || (s[length] != 'e' && s[length] != 'E')) return length;
  std::size_t exponent = length + 1;
  if (exponent < s.size() && (s[exponent] == '+' || s[exponent] == '-')) ++exponent;
  const std::size_t power = digits(s, exponent);
  return power == 0 ? length : exponent + power;
}

std::size_t identifier(std::string_view s) {
  if (s.empty() || !is_letter(s[0])) return 0;
  std::size_t n = 1;
  while (n < s.size() && (is_letter(s[n]) || is_digit(s[n]) || s[n] == '-')) ++n;
  return n;
}

std::size_t escapes(std::string_view s) {
  std::size_t n = 0;
  while (n + 1 < s.size() && s[n] == '\\' &&
         std::string_view("\\()[]{}:=, \t").find(s[n + 1]) != s.npos)
    n += 2;
  return n;
}

std::size_t quoted(std::string_view s) {
  if (s.empty() || (s[0] != '\'' && s[0] != '"')) return 0;
  for (std::size_t i = 1; i < s.size(); ++i) {
    if (s[i] == '\\')
      ++i;
    else if (s[i] == s[0])
      return i + 1;
  }
  return 0;
}

// `${...}` up to the brace that closes it, or, when braces are not paired, up to the first one.
std::size_t interpolation(std::string_view s) {
  if (!s.starts_with("${")) return 0;
  std::size_t depth = 1;
  for (std::size_t i = 2; i < s.size(); ++i) {
    if (s[i] == '{') ++depth;
    if (s[i] == '}' && --depth == 0) return i > 2 ? i + 1 : 0;
  }
  const std::size_t first = s.find('}');
  return first == s.npos || first == 2 ? 0 : first + 1;
}

// Brackets and separators, with the blanks that belong to them.
Token punctuation(std::string_view s) {
  const std::size_t before = blanks(s, 0);
  if (before >= s.size()) return {};
  const char c = s[before];
  const std::size_t after = blanks(s, before + 1);
  switch (c) {
    case '(':
      return {Kind::parenthesis_open, s.substr(0, before + 1 + after)};
    case ',':
      return {Kind::comma, s.substr(0, before + 1 + after)};
    case ':':
      return {Kind::colon, s.substr(0, before + 1 + after)};
    case '=':
      return {Kind::equal, s.substr(0, before + 1 + after)};
    case ')':
      return {Kind::parenthesis_close, s.substr(0, before + 1)};
    case ']':
      return {Kind::bracket_close, s.substr(0, before + 1)};
    case '}':
      return {Kind::brace_close, s.substr(0, before + 1)};
    default:
      break;
  }
  if (before == 0 && c == '[') return {Kind::bracket_open, s.substr(0, 1 + after)};
  if (before == 0 && c == '{') return {Kind::brace_open, s.substr(0, 1 + after)};
  return {};
}

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// The bytes of the first character, so that a message never shows a part of one.
std::size_t character(std::string_view s) {
  std::size_t n = 1;
  while (n < s.size() && continues(s[n])) ++n;
  return n;
}

Token next_token(std::string_view s) {
  Token best = punctuation(s);
  const auto offer = [&](Kind kind, std::size_t length) {
    if (length > best.text.size()) best = {kind, s.substr(0, length)};
  };
  offer(Kind::number, number(s));
  const std::size_t word = identifier(s);
  const std::string lowered = lower(s.substr(0, word));
  if (lowered == "true" || lowered == "false") offer(Kind::boolean, word);
  if (lowered == "null") offer(Kind::null, word);
  offer(Kind::character, std::string_view("/-\\+.$%*@?|").find(s[0]) != s.npos ? 1 : 0);
  offer(Kind::identifier, word);
  offer(Kind::escape, escapes(s));
  offer(Kind::space, blanks(s, 0));
  offer(Kind::quoted, quoted(s));
  offer(Kind::interpolation, interpolation(s));
  if (best.text.empty()) best = {Kind::other, s.substr(0, character(s))};
  return best;
}

}  // namespace

ConfigError fault_at(ConfigFault fault, std::string_view text, std::size_t at,
                     std::string_view what) {
  std::size_t column = 0;  // in characters, so that the caret stands right below what it means
  for (std::size_t i = 0; i < std::min(at, text.size()); ++i) column += !continues(text[i]);
  return {fault, fmt::format("override '{}': {}\n  {}\n  {}^", text, what, text,
                             std::string(column, ' '))};
}

std::vector<Token> tokens_of(std::string_view text, std::size_t from) {
  std::vector<Token> tokens;
  std::size_t at = from;
  while (at < text.size()) {
    Token token = next_token(text.substr(at));
    token.at = at;
    at += token.text.size();
    tokens.push_back(token);
  }
  tokens.push_back({Kind::end, {}, text.size()});
  return tokens;
}

Node typed_token(const Token& token) {
  if (token.kind == Kind::null) return Node();
  if (token.kind == Kind::boolean) return Node(lower(token.text) == "true");
  std::string clean;
  for (const char c : token.text)
    if (c != '_' && !(c == '+' && clean.empty())) clean += c;
  std::int64_t whole = 0;
  const char* end = clean.data() + clean.size();
  const auto as_whole = std::from_chars(clean.data(), end, whole);
  if (as_whole.ptr == end)
    return as_whole.ec == std::errc() ? Node(whole) : Node(std::string(token.text));
  double value = 0;
  if (std::from_chars(clean.data(), end, value).ec == std::errc::result_out_of_range) {
    const bool tiny = lower(clean).find("e-") != std::string::npos;
    value = std::copysign(tiny ? 0.0 : std::numeric_limits<double>::infinity(),
                          clean.front() == '-' ? -1.0 : 1.0);
  }
  return Node(value);
}

}  // namespace myoseg
