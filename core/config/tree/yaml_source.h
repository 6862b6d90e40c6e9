// The text of one YAML file and where in it something stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/tree/node.h"

namespace myoseg {

// Turns byte offsets into places and complains about them.
class YamlSource {
 public:
  YamlSource(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Origin at(std::size_t offset) const;
  // The same by a parser's own count of lines and bytes (both from 0), which needs no walk over the
  // text.
  [[nodiscard]] Origin at(int line, int column) const { return {name_, line + 1, column + 1}; }
  [[nodiscard]] std::string_view line(int number) const;
  [[nodiscard]] ConfigError fault(const Origin& origin, const std::string& what,
                                  ConfigFault kind = ConfigFault::yaml_syntax) const;

 private:
  std::string_view text_;
  const std::string& name_;
};

// Finds what yaml-cpp lets through: tabs outside quotes, block scalars and comments, and quotes
// that are never closed.
class TabGuard {
 public:
  explicit TabGuard(const YamlSource& source) : source_(source) {}

  // A quoted or block scalar (perhaps behind a tag or an anchor) stands at this offset.
  void quoted_at(std::size_t at);
  // Something begins here, so a block scalar has ended.
  void something_at(std::size_t at);
  // After the last event. Throws ConfigError(yaml_syntax) at the first tab that is not allowed.
  void refuse();

 private:
  const YamlSource& source_;
  std::vector<std::pair<std::size_t, std::size_t>> protected_;  // from, to
  std::optional<std::size_t> block_;                            // where an open block scalar began
};

// Throws ConfigError(yaml_syntax) at the first byte that is no UTF-8 or no printable character.
void check_characters(const YamlSource& source);

// "; inside [..] ... quote it" for a line with unquoted `${..}` or `???`, which people write inside
// brackets without knowing that YAML cannot read them there; else "".
[[nodiscard]] std::string quoting_advice(std::string_view line);

// Where a tab indents a line, at or above the one that could not be read; people cannot see it.
[[nodiscard]] std::optional<Origin> indenting_tab(const YamlSource& source, const Origin& fault);

}  // namespace myoseg
