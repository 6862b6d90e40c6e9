#include "core/override.h"

#include <algorithm>

#include "core/override_functions.h"
#include "core/override_lexer.h"
#include "core/yaml_scalar.h"

namespace myoseg {
namespace {

using Kind = Token::Kind;

bool one_of_kinds(Kind kind, std::initializer_list<Kind> kinds) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

bool in_primitive(Kind kind) {
  return one_of_kinds(
      kind, {Kind::identifier, Kind::null, Kind::number, Kind::boolean, Kind::interpolation,
             Kind::character, Kind::colon, Kind::escape, Kind::space});
}

// A backslash directly before the quote or at the end stands for the next character; elsewhere it
// is itself.
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

std::string text_of(const Token& token) {
  if (token.kind != Kind::escape) return std::string(token.text);
  std::string out;
  for (std::size_t i = 1; i < token.text.size(); i += 2) out += token.text[i];
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

// Reads the tokens of one override's value; every function leaves `at_` behind what it has read.
class Parser {
 public:
  Parser(std::string_view text, std::size_t from) : text_(text), tokens_(tokens_of(text, from)) {}

  Parsed value() {
    Parsed first = element(false);
    if (peek().kind == Kind::comma) {
      Sweep sweep;
      sweep.items.push_back(single(std::move(first)));
      while (take(Kind::comma)) sweep.items.push_back(single(element(false)));
      first = {std::nullopt, std::move(sweep)};
    }
    if (peek().kind == Kind::space) ++at_;  // blanks after a quoted value or a bracket mean nothing
    if (peek().kind != Kind::end)
      throw syntax("unexpected '" + std::string(peek().text) + "'" + advice());
    if (wrong_call_) throw *wrong_call_;
    return first;
  }

  // The whole value as plain text, when nothing in it can be a list, mapping, call, sweep or quoted
  // text.
  [[nodiscard]] std::optional<Element> plain() const {
    if (tokens_.front().kind == Kind::equal) return std::nullopt;
    std::vector<Token> tokens(tokens_.begin(), tokens_.end() - 1);
    for (const Token& token : tokens) {
      const bool stray =
          token.kind == Kind::other && (token.text == "'" || token.text == "\"" ||
                                        static_cast<unsigned char>(token.text[0]) < 0x20);
      if (stray ||
          !(in_primitive(token.kind) || one_of_kinds(token.kind, {Kind::equal, Kind::other})))
        return std::nullopt;
    }
    return primitive_of(std::move(tokens));
  }

 private:
  const Token& peek(std::size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }

  bool take(Kind kind) {
    if (peek().kind != kind) return false;
    ++at_;
    return true;
  }

  void expect(Kind kind, std::string_view what) {
    if (!take(kind)) throw syntax("expected " + std::string(what) + advice());
  }

  [[nodiscard]] ConfigError syntax(const std::string& what) const {
    return fault_at(ConfigFault::override_syntax, text_, peek().at, what);
  }

  // The shell takes one level of quotes, so text with special characters needs two.
  [[nodiscard]] std::string advice() const {
    const std::size_t equal = text_.find('=');
    if (equal == std::string_view::npos || text_.find('\'') != std::string_view::npos) return "";
    return fmt::format("; to give it as text, type {}=\"'{}'\" in the shell",
                       text_.substr(0, equal), text_.substr(equal + 1));
  }

  Element single(Parsed parsed) {
    if (parsed.element) return std::move(*parsed.element);
    if (!wrong_call_)
      wrong_call_ = fault_at(ConfigFault::nested_sweep, text_, peek().at,
                             "a sweep cannot be part of a list, mapping or sweep");
    return {};
  }

  Parsed element(bool in_container) {
    switch (peek().kind) {
      case Kind::quoted: {
        Element element;
        element.raw = peek().text;
        element.quote = element.raw.front();
        element.scalar = Node(unquoted(element.raw));
        ++at_;
        return {std::move(element), std::nullopt};
      }
      case Kind::bracket_open:
        return {list(), std::nullopt};
      case Kind::brace_open:
        return {map(), std::nullopt};
      case Kind::identifier:
        if (peek(1).kind == Kind::parenthesis_open) return call();
        break;
      default:
        break;
    }
    std::vector<Token> tokens;
    while (in_primitive(peek().kind)) tokens.push_back(tokens_[at_++]);
    if (tokens.empty())
      throw syntax(in_container ? "expected a value or a closing bracket"
                                : "expected a value" + advice());
    return {primitive_of(std::move(tokens)), std::nullopt};
  }

  Element list() {
    Element list;
    list.kind = Element::Kind::list;
    expect(Kind::bracket_open, "'['");
    if (take(Kind::bracket_close)) return list;
    do {
      list.items.push_back(single(element(true)));
    } while (take(Kind::comma));
    expect(Kind::bracket_close, "',' or ']'");
    return list;
  }

  Element map() {
    Element map;
    map.kind = Element::Kind::map;
    expect(Kind::brace_open, "'{'");
    if (take(Kind::brace_close)) return map;
    do {
      const Node key = map_key();
      expect(Kind::colon, "':' after the key");
      Element value = single(element(true));
      const auto same = std::find_if(map.keys.begin(), map.keys.end(),
                                     [&](const Node& other) { return other.text() == key.text(); });
      if (same != map.keys.end()) {
        map.items[static_cast<std::size_t>(same - map.keys.begin())] = std::move(value);
      } else {
        map.keys.push_back(key);
        map.items.push_back(std::move(value));
      }
    } while (take(Kind::comma));
    expect(Kind::brace_close, "',' or '}'");
    return map;
  }

  Node map_key() {
    if (peek().kind == Kind::quoted) return Node(unquoted(tokens_[at_++].text));
    std::vector<Token> tokens;
    while (in_primitive(peek().kind) &&
           !one_of_kinds(peek().kind, {Kind::colon, Kind::interpolation}))
      tokens.push_back(tokens_[at_++]);
    if (tokens.empty()) throw syntax("expected a key");
    return primitive_of(std::move(tokens)).scalar;
  }

  Parsed call() {
    const Token name = tokens_[at_];
    at_ += 2;
    std::vector<Argument> arguments;
    if (!take(Kind::parenthesis_close)) {
      do {
        Argument argument;
        if (peek().kind == Kind::identifier && peek(1).kind == Kind::equal) {
          argument.name = peek().text;
          at_ += 2;
        } else if (!arguments.empty() && !arguments.back().name.empty()) {
          throw syntax("an argument without a name cannot follow one with a name");
        }
        argument.value = element(false);
        arguments.push_back(std::move(argument));
      } while (take(Kind::comma));
      expect(Kind::parenthesis_close, "',' or ')'");
    }
    try {
      return call_function(std::string(name.text), std::move(arguments),
                           [&](ConfigFault fault, const std::string& what) {
                             return fault_at(fault, text_, name.at, what);
                           });
    } catch (const ConfigError& error) {
      // Whether the text around the call can be read at all comes first.
      if (!wrong_call_) wrong_call_ = error;
      return {Element(), std::nullopt};
    }
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::optional<ConfigError> wrong_call_;
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One step of a key: a name (with `$` where it is no group) or, in a dotted key, a whole number.
std::size_t step(std::string_view s, std::size_t at, bool dollar, bool number) {
  std::size_t end = at;
  if (number && end < s.size() && is_digit(s[end])) {
    if (s[end] == '0') return end + 1;
    while (end < s.size() && is_digit(s[end])) ++end;
    return end;
  }
  if (end < s.size() && (is_letter(s[end]) || (dollar && s[end] == '$'))) {
    ++end;
    while (end < s.size() &&
           (is_letter(s[end]) || is_digit(s[end]) || s[end] == '-' || (dollar && s[end] == '$')))
      ++end;
  }
  return end;
}

// Reads `a.b.0` or, with slashes allowed, `a/b`; returns where it ends.
std::size_t read_key(std::string_view s, std::size_t from, bool group) {
  const auto bad = [&](std::size_t at, const std::string& what) {
    return fault_at(ConfigFault::override_syntax, s, at, what);
  };
  std::size_t end = step(s, from, true, false);
  if (group && end > from && end < s.size() && s[end] == '/') {
    if (s.substr(from, end - from).find('$') != s.npos)
      throw bad(end, "a group's name cannot hold '$'");
    while (end < s.size() && s[end] == '/') {
      const std::size_t next = step(s, end + 1, false, false);
      if (next == end + 1) throw bad(next, "expected a name after '/'");
      end = next;
    }
    return end;
  }
  const std::size_t first = step(s, from, true, true);
  if (first > end && (first >= s.size() || s[first] != '.'))
    throw bad(from, "a key cannot start with a digit");
  end = first;
  if (end == from)
    throw bad(from,
              from < s.size() && s[from] == '=' ? "there is no key before '='" : "expected a key");
  while (end < s.size() && s[end] == '.') {
    const std::size_t next = step(s, end + 1, true, true);
    if (next == end + 1) throw bad(next, "expected a name or a number after '.'");
    end = next;
  }
  return end;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (std::string_view("\\()[]{}:=, \t").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string quoted_text(std::string_view text, char quote) {
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t run = std::min(text.find_first_not_of('\\', i), text.size()) - i;
    const bool before_quote = i + run == text.size() || text[i + run] == quote;
    out.append(before_quote ? 2 * run : run, '\\');
    i += run;
    if (i == text.size()) break;
    if (text[i] == quote) out += '\\';
    out += text[i++];
  }
  return out + quote;
}

std::string scalar_text(const Node& node, char quote) {
  if (const auto* text = node.get_if<std::string>())
    return quote != 0 ? quoted_text(*text, quote) : escaped(*text);
  if (const auto* value = node.get_if<bool>()) return *value ? "True" : "False";
  if (const auto* value = node.get_if<double>()) return float_text(*value);
  return node.text();
}

}  // namespace

Node Element::node(const Origin& origin) const {
  if (kind == Kind::scalar) {
    Node node = scalar;
    node.origin = origin;
    return node;
  }
  if (kind == Kind::list) {
    Node::List list;
    for (const Element& item : items) list.push_back(item.node(origin));
    return Node(std::move(list), origin);
  }
  Node map(Node::Map{}, origin);
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto* text = keys[i].get_if<std::string>();
    map.set(text != nullptr ? *text : keys[i].text(), items[i].node(origin));
  }
  return map;
}

std::string Element::text() const {
  if (kind == Kind::scalar) return scalar_text(scalar, quote);
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    if (kind == Kind::map) out += scalar_text(keys[i], 0) + ':';
    out += items[i].text();
  }
  return kind == Kind::map ? '{' + out + '}' : '[' + out + ']';
}

std::string Override::group_key() const { return package ? key + '@' + *package : key; }

std::string Override::key_element() const {
  constexpr std::string_view kPrefixes[] = {"", "+", "++", "~"};
  return std::string(kPrefixes[static_cast<int>(op)]) + group_key();
}

Origin Override::origin() const { return {"override '" + text + "'", 0, 0}; }

Override parse_override(std::string_view text) {
  Override result;
  result.text = text;
  std::size_t at = 0;
  if (text.starts_with("++"))
    result.op = Override::Op::force_add, at = 2;
  else if (text.starts_with('+'))
    result.op = Override::Op::add, at = 1;
  else if (text.starts_with('~'))
    result.op = Override::Op::remove, at = 1;
  std::size_t end = read_key(text, at, true);
  result.key = text.substr(at, end - at);
  if (end < text.size() && text[end] == '@') {
    const std::size_t from = end + 1;
    end = from < text.size() && text[from] != '=' ? read_key(text, from, false) : from;
    result.package = text.substr(from, end - from);
  }
  if (end == text.size() && result.op == Override::Op::remove) return result;
  if (end == text.size() || text[end] != '=')
    throw fault_at(ConfigFault::override_syntax, text, end, "expected '=' after the key");
  std::size_t from = end + 1;
  while (from < text.size() && (text[from] == ' ' || text[from] == '\t')) ++from;
  if (from == text.size()) {
    result.value = Element();
    result.value->scalar = Node("");
    return result;
  }
  Parser parser(text, from);
  try {
    Parsed parsed = parser.value();
    result.value = std::move(parsed.element);
    result.sweep = std::move(parsed.sweep);
  } catch (const ConfigError& error) {
    // Paths such as `epoch=12.ckpt` and URLs mean nothing but themselves.
    if (error.fault() != ConfigFault::override_syntax) throw;
    result.value = parser.plain();
    if (!result.value) throw;
  }
  return result;
}

Element parse_element(std::string_view text) {
  Parsed parsed = Parser(text, 0).value();
  if (parsed.element) return std::move(*parsed.element);
  throw fault_at(ConfigFault::nested_sweep, text, 0, "a sweep cannot stand here");
}

}  // namespace myoseg
