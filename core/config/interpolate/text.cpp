// Nodes and paths as Python writes them, in interpolated strings and in messages.
#include <stdexcept>

#include "core/config/interpolate/resolver.h"
#include "core/config/tree/yaml_scalar.h"

namespace myoseg {
namespace {

std::string python_quoted(const std::string& text) {
  const char quote =
      text.find('\'') != std::string::npos && text.find('"') == std::string::npos ? '"' : '\'';
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + quote;
}

}  // namespace

std::string path_text(const KeyPath& path, const Node& root) {
  std::string out;
  const Node* node = &root;
  for (const std::string& key : path) {
    const auto* list = node == nullptr ? nullptr : node->get_if<Node::List>();
    if (list != nullptr) {
      out += '[' + key + ']';
      const auto index = list_index(key);
      node = index && *index < list->size() ? &(*list)[*index] : nullptr;
    } else {
      out += (out.empty() ? "" : ".") + key;
      node = node == nullptr ? nullptr : node->find(key);
    }
  }
  return out;
}

void check_interpolations(const Node& tree) {
  if (const auto* map = tree.get_if<Node::Map>())
    for (const auto& [key, value] : *map) check_interpolations(value);
  if (const auto* list = tree.get_if<Node::List>())
    for (const Node& item : *list) check_interpolations(item);
  if (const std::string* text = interpolated_text(tree)) {
    try {
      static_cast<void>(parse_interpolated(*text));
    } catch (const std::invalid_argument& error) {
      throw ConfigError(ConfigFault::interpolation_syntax,
                        tree.origin.text() + ": " + error.what());
    }
  }
}

std::string python_text(const Node& node) {
  if (const auto* text = node.get_if<std::string>()) return *text;
  if (node.is_null()) return "None";
  if (const auto* value = node.get_if<bool>()) return *value ? "True" : "False";
  if (const auto* value = node.get_if<double>()) return float_text(*value);
  const auto item_text = [](const Node& item) {
    const auto* text = item.get_if<std::string>();
    return text == nullptr ? python_text(item) : python_quoted(*text);
  };
  std::string out;
  if (const auto* list = node.get_if<Node::List>()) {
    for (const Node& item : *list) out += (out.empty() ? "" : ", ") + item_text(item);
    return '[' + out + ']';
  }
  if (const auto* map = node.get_if<Node::Map>()) {
    for (const auto& [key, value] : *map)
      out += (out.empty() ? "" : ", ") + python_quoted(key) + ": " + item_text(value);
    return '{' + out + '}';
  }
  return node.text();
}

}  // namespace myoseg
