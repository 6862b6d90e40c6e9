#include "core/config/interpolate/parse.h"

#include <algorithm>
#include <stdexcept>

namespace myoseg {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  // Text around interpolations; backslashes count only directly before `${`, where two stand for
  // one.
  TextParts top_level() {
    TextParts parts;
    std::string literal;
    while (at_ < text_.size()) {
      const std::size_t run = std::min(text_.find_first_not_of('\\', at_), text_.size()) - at_;
      if (!text_.substr(at_ + run).starts_with("${")) {
        literal.append(run, '\\');
        at_ += run;
        if (at_ < text_.size() && run == 0) literal += text_[at_++];
        continue;
      }
      literal.append(run / 2, '\\');
      at_ += run;
      if (run % 2 == 1) {
        literal += "${";
        at_ += 2;
      } else {
        flush(literal, parts);
        parts.push_back(interpolation());
      }
    }
    flush(literal, parts);
    return parts;
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw std::invalid_argument("cannot read '" + std::string(text_) + "': " + what);
  }

  static void flush(std::string& literal, TextParts& parts) {
    if (!literal.empty()) parts.push_back({std::move(literal), nullptr});
    literal.clear();
  }

  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  [[nodiscard]] bool at_interpolation() const { return text_.substr(at_).starts_with("${"); }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  TextPart interpolation() {
    const std::size_t from = at_;
    at_ += 2;
    auto node = std::make_shared<Interpolation>();
    skip_blanks();
    while (peek() == '.') {
      ++node->dots;
      ++at_;
    }
    read_keys(*node);
    skip_blanks();
    if (peek() == ':' && node->dots == 0) {
      ++at_;
      node->resolver = joined(node->keys);
      node->keys.clear();
      read_arguments(*node);
    }
    if (peek() != '}')
      fail(at_ == text_.size() ? "'}' is missing" : "unexpected '" + std::string(1, peek()) + "'");
    ++at_;
    if (node->keys.empty() && node->resolver.empty() && node->dots == 0)
      fail("there is no key in ${}");
    node->text = text_.substr(from, at_ - from);
    return {"", std::move(node)};
  }

  // a.b.${c}, a[b], [a].b
  void read_keys(Interpolation& node) {
    bool more = true;
    while (more) {
      if (peek() == '[') {
        ++at_;
        node.keys.push_back(key_step());
        if (peek() != ']') fail("']' is missing");
        ++at_;
      } else {
        node.keys.push_back(key_step());
      }
      more = peek() == '[';
      if (peek() == '.') {
        ++at_;
        more = true;
      }
    }
  }

  // One interpolation, or one literal name.
  TextParts key_step() {
    if (at_interpolation()) return {interpolation()};
    std::string literal;
    while (at_ < text_.size() &&
           std::string_view("\\{}()[]:. \t'\"=,").find(peek()) == std::string_view::npos &&
           !at_interpolation())
      literal += text_[at_++];
    if (literal.empty()) fail("a key is missing");
    return {{std::move(literal), nullptr}};
  }

  // A resolver's name was read as keys: oc.env
  static TextParts joined(const std::vector<TextParts>& keys) {
    TextParts name;
    for (const TextParts& key : keys) {
      if (!name.empty()) name.push_back({".", nullptr});
      name.insert(name.end(), key.begin(), key.end());
    }
    return name;
  }

  void read_arguments(Interpolation& node) {
    skip_blanks();
    if (peek() == '}') return;
    node.arguments.push_back(argument());
    while (peek() == ',') {
      ++at_;
      node.arguments.push_back(argument());
    }
  }

  ResolverArgument argument() {
    skip_blanks();
    ResolverArgument argument;
    if (peek() == '\'' || peek() == '"') {
      argument.quoted = true;
      argument.parts = quoted();
      skip_blanks();
      return argument;
    }
    std::string literal;
    int depth = 0;  // brackets of a list or mapping written as an argument
    while (at_ < text_.size()) {
      const char c = peek();
      if (at_interpolation()) {
        flush(literal, argument.parts);
        argument.parts.push_back(interpolation());
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}')) break;
      if (c == '[' || c == '{') ++depth;
      if (c == ']' || c == '}') --depth;
      if (c == '\\' && at_ + 1 < text_.size() &&
          std::string_view("\\()[]{}:=, \t").find(text_[at_ + 1]) != std::string_view::npos)
        ++at_;
      else if (depth == 0 && std::string_view("()='\"#&;!<>^~`").find(c) != std::string_view::npos)
        fail("quote the argument with '" + std::string(1, c) + "'");
      literal += text_[at_++];
    }
    // Blanks at the end belong to no argument.
    while (!literal.empty() && (literal.back() == ' ' || literal.back() == '\t'))
      literal.pop_back();
    flush(literal, argument.parts);
    return argument;
  }

  TextParts quoted() {
    const char quote = text_[at_++];
    TextParts parts;
    std::string literal;
    while (at_ < text_.size() && peek() != quote) {
      if (peek() == '\\' && at_ + 1 < text_.size() &&
          (text_[at_ + 1] == quote || text_[at_ + 1] == '\\')) {
        literal += text_[at_ + 1];
        at_ += 2;
      } else if (text_.substr(at_).starts_with("\\${")) {
        literal += "${";
        at_ += 3;
      } else if (at_interpolation()) {
        flush(literal, parts);
        parts.push_back(interpolation());
      } else {
        literal += text_[at_++];
      }
    }
    if (at_ == text_.size()) fail("a quote is never closed");
    ++at_;
    flush(literal, parts);
    return parts;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

TextParts parse_interpolated(std::string_view text) { return Reader(text).top_level(); }

}  // namespace myoseg
