#include "core/config/tree/node.h"

#include <charconv>

#include "core/config/tree/yaml_scalar.h"

namespace myoseg {
namespace {

std::string scalar_text(const Node& node, bool in_flow) {
  if (const auto* value = node.get_if<bool>()) return *value ? "true" : "false";
  if (const auto* value = node.get_if<std::int64_t>()) return std::to_string(*value);
  if (const auto* value = node.get_if<std::string>()) return quoted_scalar(*value, in_flow);
  if (const auto* value = node.get_if<double>()) {
    const std::string text = float_text(*value);
    if (text == "inf" || text == "nan") return "." + text;
    if (text == "-inf") return "-.inf";
    return text;
  }
  return "null";
}

// Keys are always text here, so a key that looks like a number needs no quotes; only its form must
// be valid YAML.
std::string key_text(const std::string& key, bool in_flow) {
  const Node typed = typed_scalar(key);
  if (typed.get_if<std::int64_t>() != nullptr && typed.text() == key) return key;
  return quoted_scalar(key, in_flow);
}

void write_block(const Node& node, std::size_t indent, std::string& out);

// What follows "key:" or "-": a scalar or an empty container on the same line, else a block below.
void write_value(const Node& node, std::size_t indent, std::string& out) {
  const auto* map = node.get_if<Node::Map>();
  const auto* list = node.get_if<Node::List>();
  if (map != nullptr && !map->empty()) {
    out += '\n';
    write_block(node, indent, out);
  } else if (list != nullptr && !list->empty()) {
    out += '\n';
    // A list under a key stands at the key's own column.
    write_block(node, indent >= 2 ? indent - 2 : 0, out);
  } else {
    out += ' ' + (map != nullptr ? "{}" : list != nullptr ? "[]" : scalar_text(node, false)) + '\n';
  }
}

void write_block(const Node& node, std::size_t indent, std::string& out) {
  const std::string space(indent, ' ');
  if (const auto* map = node.get_if<Node::Map>()) {
    for (const auto& [key, value] : *map) {
      out += space + key_text(key, false) + ':';
      write_value(value, indent + 2, out);
    }
  } else if (const auto* list = node.get_if<Node::List>()) {
    for (const Node& item : *list) {
      std::string block;
      if ((item.is_map() || item.is_list()) && item.text().size() > 2) {
        // The item's first line moves up beside its dash.
        write_block(item, indent + 2, block);
        out += space + "- " + block.substr(indent + 2);
      } else {
        out += space + '-';
        write_value(item, indent + 2, out);
      }
    }
  }
}

}  // namespace

std::string Origin::text() const {
  if (source.empty()) return "default";
  if (line == 0) return source;
  return source + ':' + std::to_string(line) + ':' + std::to_string(column);
}

const Node* Node::find(std::string_view key) const {
  if (const auto* map = get_if<Map>())
    for (const auto& [name, value] : *map)
      if (name == key) return &value;
  return nullptr;
}

Node* Node::find(std::string_view key) {
  return const_cast<Node*>(static_cast<const Node*>(this)->find(key));
}

const Node* Node::at_path(std::string_view path) const {
  const Node* node = this;
  while (node != nullptr && !path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view step = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    if (const auto* list = node->get_if<List>()) {
      std::size_t index = 0;
      const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), index);
      const bool whole = error == std::errc() && end == step.data() + step.size();
      node = whole && index < list->size() ? &(*list)[index] : nullptr;
    } else {
      node = node->find(step);
    }
  }
  return node;
}

Node& Node::set(std::string_view key, Node value) {
  if (is_null()) value_ = Map{};
  if (Node* existing = find(key)) return *existing = std::move(value);
  return std::get<Map>(value_).emplace_back(std::string(key), std::move(value)).second;
}

std::string Node::kind_name() const {
  if (is_map()) return "a section";
  if (is_list()) return "a list";
  if (is_null()) return "null";
  if (holds<bool>()) return "true or false";
  return holds<std::string>() ? "text" : "a number";
}

std::string Node::text() const {
  std::string out;
  if (const auto* map = get_if<Map>()) {
    for (const auto& [key, value] : *map)
      out += (out.empty() ? "" : ", ") + key_text(key, true) + ": " + value.text();
    return '{' + out + '}';
  }
  if (const auto* list = get_if<List>()) {
    for (const Node& item : *list) out += (out.empty() ? "" : ", ") + item.text();
    return '[' + out + ']';
  }
  return scalar_text(*this, true);
}

std::string to_yaml(const Node& node) {
  std::string out;
  const bool filled = (node.is_map() || node.is_list()) && node.text().size() > 2;
  if (!filled) return node.text() + '\n';
  write_block(node, 0, out);
  return out;
}

}  // namespace myoseg
