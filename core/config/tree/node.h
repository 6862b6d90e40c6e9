// A configuration value as a tree that remembers where each part came from; yaml-cpp stays behind
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace myoseg {

// Where a value was written: a place in a file (1-based line and column) or a command-line
// override.
struct Origin {
  std::string source;  // file as the user would name it, or the override's text
  int line = 0;        // 0 when the source is an override or a default
  int column = 0;

  [[nodiscard]] std::string text()
      const;  // "configs/model/unet.yaml:3:9", "override 'a.b=1'", "default"
};

class Node {
 public:
  using List = std::vector<Node>;
  using Map = std::vector<std::pair<std::string, Node>>;  // in the order of first appearance

  Node() = default;  // null
  template <class T>
  explicit Node(T value, Origin from = {}) : origin(std::move(from)), value_(std::move(value)) {}
  explicit Node(int value, Origin from = {})
      : Node(static_cast<std::int64_t>(value), std::move(from)) {}
  explicit Node(const char* value, Origin from = {}) : Node(std::string(value), std::move(from)) {}

  [[nodiscard]] bool is_null() const { return holds<std::monostate>(); }
  [[nodiscard]] bool is_map() const { return holds<Map>(); }
  [[nodiscard]] bool is_list() const { return holds<List>(); }
  [[nodiscard]] bool is_scalar() const { return !is_map() && !is_list() && !is_null(); }

  // Pointer to the value when it has exactly this kind, else null. T: bool, int64_t, double,
  // std::string, List, Map.
  template <class T>
  [[nodiscard]] const T* get_if() const {
    return std::get_if<T>(&value_);
  }
  template <class T>
  [[nodiscard]] T* get_if() {
    return std::get_if<T>(&value_);
  }

  // The entry of a map, or null when this is no map or has no such key.
  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
  // The value at a dotted path ("train.epochs", "loss.terms.0.name"), or null.
  [[nodiscard]] const Node* at_path(std::string_view path) const;
  // Sets or appends an entry; a null node becomes a map first.
  Node& set(std::string_view key, Node value);

  [[nodiscard]] std::string kind_name() const;  // "a number", "a list", "text" ...: for messages
  [[nodiscard]] std::string text() const;       // one-line YAML flow form

  Origin origin;

 private:
  template <class T>
  [[nodiscard]] bool holds() const {
    return std::holds_alternative<T>(value_);
  }

  std::variant<std::monostate, bool, std::int64_t, double, std::string, List, Map> value_;
};

// Block-style YAML. Text that would read back as another type is quoted; numbers keep their
// shortest exact form.
[[nodiscard]] std::string to_yaml(const Node& node);

}  // namespace myoseg
