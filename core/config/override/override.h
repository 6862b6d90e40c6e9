// One command-line override, `[+|++|~]KEY[@PACKAGE][=VALUE]`, taken apart by Hydra's grammar, and
// `KEY+=VALUE`, `KEY-=VALUE` for the items of lists.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/tree/node.h"

namespace myoseg {

// A value as it was typed: what it is, and enough of how it was written to write it again.
struct Element {
  enum class Kind { scalar, list, map };
  Kind kind = Kind::scalar;
  Node scalar;                 // scalars only
  char quote = 0;              // ' or " when the scalar was quoted
  std::string raw;             // scalars: the text as typed
  std::vector<Node> keys;      // maps: one key for each item, typed as scalars are
  std::vector<Element> items;  // lists and maps

  // The value; keys become text and every part gets this origin.
  [[nodiscard]] Node node(const Origin& origin = {}) const;
  // Canonical override text, which reads back as the same value: `[1,2]`, `{a:1}`, `hello\ world`,
  // `'x'`.
  [[nodiscard]] std::string text() const;
};

// Several values for one key. Only its parts are read here; sweeps are expanded where jobs are
// made.
struct Sweep {
  enum class Kind { simple, choice, range, interval, glob };
  Kind kind = Kind::simple;
  std::vector<Element> items;                 // simple, choice
  Node start, stop, step;                     // range; interval has start and stop (its end)
  std::vector<std::string> include, exclude;  // glob
  std::vector<std::string> tags;
  bool shuffle = false;
  std::optional<std::string> zip;  // of zip(): the set of keys that advance in step, "" unnamed
  bool log_scale = false;          // interval: scale=log
  bool whole = false;              // interval: of whole numbers

  // Intervals may also be tagged `log`.
  [[nodiscard]] bool logarithmic() const;
};

struct Override {
  // k=v, +k=v, ++k=v, ~k, k+=v, k-=v
  enum class Op { change, add, force_add, remove, append, remove_items };
  std::string text;  // as typed
  Op op = Op::change;
  std::string key;                     // dotted key, or group with slashes
  std::optional<std::string> package;  // what follows @
  std::optional<Element> value;        // absent for `~key` and for sweeps
  std::optional<Sweep> sweep;

  [[nodiscard]] std::string group_key() const;    // key[@package]
  [[nodiscard]] std::string key_element() const;  // with the prefix, or the sign before '='
  [[nodiscard]] Origin origin() const;            // override 'text'
};

// Throws ConfigError (override_syntax, override_function, nested_sweep, bad_range) with the place
// marked by a caret.
[[nodiscard]] Override parse_override(std::string_view text);

// The text in quotes as the grammar has them, so that it is taken as it stands; without a `quote`,
// in those that it does not hold itself.
[[nodiscard]] std::string quoted_text(std::string_view text, char quote);
[[nodiscard]] std::string quoted_text(std::string_view text);

// A value by the same grammar, for resolver arguments and text that is to be decoded; sweeps are
// refused.
[[nodiscard]] Element parse_element(std::string_view text);

}  // namespace myoseg
