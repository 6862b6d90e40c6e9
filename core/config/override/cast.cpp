#include "core/config/override/cast.h"

#include <algorithm>
#include <cmath>

#include "core/config/override/lexer.h"

namespace myoseg {

bool is_number(const Element& e) {
  return e.kind == Element::Kind::scalar &&
         (e.scalar.get_if<std::int64_t>() != nullptr || e.scalar.get_if<double>() != nullptr);
}

double number(const Node& node) {
  if (const auto* whole = node.get_if<std::int64_t>()) return static_cast<double>(*whole);
  return *node.get_if<double>();
}

void settle_quote(Element& e) {
  if (e.kind != Element::Kind::scalar) return;
  if (e.scalar.get_if<std::string>() == nullptr) {
    e.quote = 0;
    return;
  }
  const auto tokens = tokens_of(*e.scalar.get_if<std::string>(), 0);
  using Kind = Token::Kind;
  const bool retyped =
      tokens.size() == 2 && (tokens[0].kind == Kind::number || tokens[0].kind == Kind::boolean ||
                             tokens[0].kind == Kind::null);
  const bool special = std::any_of(tokens.begin(), tokens.end(),
                                   [](const Token& t) { return t.kind == Kind::other; });
  if (retyped || special || e.scalar.get_if<std::string>()->empty()) {
    if (e.quote == 0 && !e.scalar.get_if<std::string>()->empty()) e.quote = '\'';
  } else {
    e.quote = 0;
  }
}

Node cast_scalar(const std::string& name, const Complain& complain, const Node& from) {
  const auto refuse = [&] {
    return complain(ConfigFault::override_function,
                    name + "(): " + "cannot make this of " + from.text());
  };
  if (from.is_null()) throw refuse();
  const auto* text = from.get_if<std::string>();
  const auto* flag = from.get_if<bool>();
  if (name == "str") return text != nullptr ? from : Node(from.text());
  if (name == "bool") {
    if (flag != nullptr) return from;
    if (text == nullptr) return Node(number(from) != 0);
    const auto tokens = tokens_of(*text, 0);
    if (tokens[0].kind != Token::Kind::boolean || tokens.size() != 2) throw refuse();
    return typed_token(tokens[0]);
  }
  Node value = flag != nullptr ? Node(*flag ? 1 : 0) : from;
  if (text != nullptr) {
    const auto tokens = tokens_of(*text, 0);
    if (tokens[0].kind != Token::Kind::number || tokens.size() != 2) throw refuse();
    value = typed_token(tokens[0]);
    if (name == "int" && value.get_if<std::int64_t>() == nullptr) throw refuse();
  }
  if (name == "float") return Node(number(value));
  const double whole = std::trunc(number(value));
  if (value.get_if<std::int64_t>() != nullptr) return value;
  if (!(std::abs(whole) < 9.2e18)) throw refuse();
  return Node(static_cast<std::int64_t>(whole));
}

}  // namespace myoseg
