#include "core/config/override/override.h"

#include <algorithm>

#include "core/config/override/lexer.h"
#include "core/config/override/parser.h"
#include "core/config/tree/yaml_scalar.h"

namespace myoseg {
namespace {

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

// `KEY+=` and `KEY-=`; the minus may have been read as the end of a name. Returns where '=' stands.
std::size_t read_list_sign(std::string_view text, std::size_t end, Override& result) {
  const std::string_view rest = text.substr(end);
  if (rest.starts_with("+=")) {
    result.op = Override::Op::append;
    return end + 1;
  }
  if (rest.starts_with("-=")) {
    result.op = Override::Op::remove_items;
    return end + 1;
  }
  if (rest.starts_with('=') && result.key.ends_with('-')) {
    result.op = Override::Op::remove_items;
    result.key.pop_back();
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

std::string scalar_text(const Node& node, char quote) {
  if (const auto* text = node.get_if<std::string>())
    return quote != 0 ? quoted_text(*text, quote) : escaped(*text);
  if (const auto* value = node.get_if<bool>()) return *value ? "True" : "False";
  if (const auto* value = node.get_if<double>()) return float_text(*value);
  return node.text();
}

}  // namespace

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

std::string quoted_text(std::string_view text) {
  return quoted_text(text, text.find('"') == std::string_view::npos ? '"' : '\'');
}

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
  switch (op) {
    case Op::change:
      return group_key();
    case Op::add:
      return '+' + group_key();
    case Op::force_add:
      return "++" + group_key();
    case Op::remove:
      return '~' + group_key();
    case Op::append:
      return group_key() + '+';
    case Op::remove_items:
      return group_key() + '-';
  }
  return group_key();
}

bool Sweep::logarithmic() const {
  return log_scale || std::find(tags.begin(), tags.end(), "log") != tags.end();
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
  if (result.op == Override::Op::change && !result.package) end = read_list_sign(text, end, result);
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
  Parsed parsed = parse_value(text, from);
  result.value = std::move(parsed.element);
  result.sweep = std::move(parsed.sweep);
  return result;
}

Element parse_element(std::string_view text) {
  Parsed parsed = parse_value(text, 0);
  if (parsed.element) return std::move(*parsed.element);
  throw fault_at(ConfigFault::nested_sweep, text, 0, "a sweep cannot stand here");
}

}  // namespace myoseg
