#include "core/pick.h"

#include <algorithm>

#include "core/names.h"

namespace myoseg::detail {

bool split_pick(const Node& node, const std::string& path, const std::vector<std::string>& names,
                std::string& name, Node& options, Faults& faults) {
  const auto known = [&](std::string_view found, const Node& where) {
    if (std::find(names.begin(), names.end(), found) != names.end()) return true;
    unknown_name(where, path, found, names, faults);
    return false;
  };
  options = Node(Node::Map{}, node.origin);

  // `loss: dice` is the entry with its defaults.
  if (const auto* text = node.get_if<std::string>(); text != nullptr && *text != "???") {
    if (!known(*text, node)) return false;
    name = *text;
    return true;
  }
  const auto* map = node.get_if<Node::Map>();
  if (map == nullptr) {
    expected(node, path, "a section with a 'name'", faults);
    return false;
  }

  if (const Node* given = node.find("name")) {
    const auto* text = given->get_if<std::string>();
    if (text == nullptr || *text == "???") {
      expected(*given, path + ".name", "text", faults);
      return false;
    }
    if (!known(*text, *given)) return false;
    name = *text;
    for (const auto& [key, value] : *map)
      if (key != "name") options.set(key, value);
    return true;
  }

  // The short form, {dice: {smooth: 1}}; with other keys the section only changes options of the
  // present entry.
  if (map->size() == 1 && !map->front().second.is_scalar()) {
    const auto& [key, value] = map->front();
    if (std::find(names.begin(), names.end(), key) != names.end()) {
      name = key;
      if (!value.is_null()) options = value;
      return true;
    }
  }
  if (name.empty()) {
    if (map->size() == 1 && !map->front().second.is_scalar())
      return known(map->front().first, map->front().second);
    faults.add(node.origin, path, "needs a 'name', one of: " + join(names));
    return false;
  }
  options = node;
  return true;
}

Node options_of_list(Walk walk, void* options, const Node& list) {
  Node section(Node::Map{}, list.origin);
  const std::vector<FieldHelp> fields = help_with(walk, options);
  section.set(fields.empty() ? "" : fields.front().name, list);
  return section;
}

}  // namespace myoseg::detail
