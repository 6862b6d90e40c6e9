#include "core/config/override/parser.h"

#include <algorithm>

#include "core/config/override/lexer.h"
#include "core/config/override/primitive.h"
#include "core/names.h"
#include "core/shell.h"

namespace myoseg {
namespace {

using Kind = Token::Kind;

// Reads the tokens of one override's value; every function leaves `at_` behind what it has read.
class Parser {
 public:
  Parser(std::string_view text, std::size_t from) : text_(text), tokens_(tokens_of(text, from)) {}

  Parsed value() {
    Parsed first = element();
    if (peek().kind == Kind::comma) {
      Sweep sweep;
      sweep.items.push_back(single(std::move(first)));
      while (take(Kind::comma)) sweep.items.push_back(single(element()));
      first = {std::nullopt, std::move(sweep)};
    }
    if (peek().kind == Kind::space) ++at_;  // blanks after a quoted value or a bracket mean nothing
    if (peek().kind != Kind::end) throw unexpected();
    if (wrong_call_) throw *wrong_call_;
    return first;
  }

  [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }

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
    if (!take(kind)) throw unexpected(std::string(what));
  }

  [[nodiscard]] ConfigError syntax(const std::string& what) const {
    const std::size_t blanks = std::min(peek().text.find_first_not_of(" \t"), peek().text.size());
    return fault_at(ConfigFault::override_syntax, text_, peek().at + blanks, what);
  }

  // What to type to mean plain text: the shell takes one level of quotes, the grammar another.
  [[nodiscard]] std::string advice() const {
    const std::size_t equal = text_.find('=');
    if (equal == std::string_view::npos) return "";
    const std::string value(text_.substr(equal + 1));
    if (value.starts_with('\'') || value.starts_with('"')) return "";
    return "; to give it as text, type " +
           shell_word(std::string(text_.substr(0, equal + 1)) + quoted_text(value));
  }

  // What stands here is not what can follow.
  [[nodiscard]] ConfigError unexpected(const std::string& expected = "") const {
    const Token& token = peek();
    if (token.text == "'" || token.text == "\"")
      return syntax("this quote is not closed" + advice());
    if (token.kind == Kind::equal && at_ == 0) return syntax("one '=' is enough" + advice());
    if (token.kind == Kind::end && open_ > 0)
      return syntax(fmt::format(
          "expected {}, but the text ends; if a blank follows, quote all of it: '{} ...'{}",
          expected, text_, tokens_[0].kind == Kind::identifier ? advice() : ""));
    if (token.kind == Kind::end) return syntax("expected " + expected + advice());
    if (expected.empty() && tokens_[0].kind == Kind::quoted)
      return syntax("nothing may follow the closing quote");
    if (token.kind == Kind::quoted)
      return syntax("quotes can only stand around a whole value" + advice());
    if (token.kind == Kind::brace_open && at_ > 0 && tokens_[at_ - 1].text == "$")
      return syntax("this '${' is not closed by '}'" + advice());
    const std::string_view shown = token.text.substr(token.text.find_first_not_of(" \t"));
    const std::string found = "'" + std::string(shown) + "'" + advice();
    return syntax(expected.empty() ? "unexpected " + found
                                   : "expected " + expected + ", not " + found);
  }

  Element single(Parsed parsed) {
    if (parsed.element) return std::move(*parsed.element);
    if (!wrong_call_)
      wrong_call_ = fault_at(ConfigFault::nested_sweep, text_, peek().at,
                             "a sweep cannot be part of a list, mapping or sweep");
    return {};
  }

  Parsed element() {
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
    if (tokens.empty()) throw unexpected("a value");
    return {primitive_of(std::move(tokens)), std::nullopt};
  }

  Element list() {
    Element list;
    list.kind = Element::Kind::list;
    expect(Kind::bracket_open, "'['");
    ++open_;
    if (take(Kind::bracket_close)) return --open_, list;
    do {
      list.items.push_back(single(element()));
    } while (take(Kind::comma));
    expect(Kind::bracket_close, "',' or ']'");
    --open_;
    return list;
  }

  Element map() {
    Element map;
    map.kind = Element::Kind::map;
    expect(Kind::brace_open, "'{'");
    ++open_;
    if (take(Kind::brace_close)) return --open_, map;
    do {
      const Node key = map_key();
      expect(Kind::colon, "':' after the key");
      Element value = single(element());
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
    --open_;
    return map;
  }

  Node map_key() {
    if (peek().kind == Kind::quoted) return Node(unquoted(tokens_[at_++].text));
    std::vector<Token> tokens;
    while (in_primitive(peek().kind) &&
           !one_of_kinds(peek().kind, {Kind::colon, Kind::interpolation}))
      tokens.push_back(tokens_[at_++]);
    if (tokens.empty()) throw unexpected("a key");
    return primitive_of(std::move(tokens)).scalar;
  }

  Parsed call() {
    const Token name = tokens_[at_];
    at_ += 2;
    ++open_;
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
        argument.value = element();
        arguments.push_back(std::move(argument));
      } while (take(Kind::comma));
      expect(Kind::parenthesis_close, "',' or ')'");
    }
    --open_;
    const auto& known = function_names();
    if (std::find(known.begin(), known.end(), name.text) == known.end()) {
      const std::string near = did_you_mean(name.text, known);
      if (!wrong_call_)
        wrong_call_ = fault_at(ConfigFault::override_function, text_, name.at,
                               fmt::format("there is no function '{}', known are {}{}", name.text,
                                           join(known), near.empty() ? advice() : near));
      return {Element(), std::nullopt};
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
  int open_ = 0;  // brackets not closed yet
  std::optional<ConfigError> wrong_call_;
};

}  // namespace

Parsed parse_value(std::string_view text, std::size_t from) {
  Parser parser(text, from);
  try {
    return parser.value();
  } catch (const ConfigError& error) {
    if (error.fault() != ConfigFault::override_syntax) throw;
    if (auto plain = plain_value(parser.tokens())) return std::move(*plain);
    throw;
  }
}

}  // namespace myoseg
