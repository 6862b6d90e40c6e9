#include "core/fields/pick.h"

#include <algorithm>

#include "core/names.h"

namespace myoseg {

FieldHelp name_help(const std::vector<std::string>& names, const std::string& chosen,
                    const std::string& meaning) {
  return {"name", "text", chosen, "one of " + join(names), "", meaning, {}};
}

namespace detail {
namespace {

// Files are merged key by key. Where one picks an entry in the short form, {sum: [...]}, and
// another, such as the default choice, by `name`, the short form replaces all that the other says.
// Null when that is not so, or a key of the command line would be lost.
const Node::Map::value_type* replacing_short_form(const Node::Map& map,
                                                  const std::vector<std::string>& names) {
  const Node::Map::value_type* found = nullptr;
  for (const auto& entry : map) {
    if (std::find(names.begin(), names.end(), entry.first) == names.end()) continue;
    if (found != nullptr || entry.second.is_scalar()) return nullptr;
    found = &entry;
  }
  if (found == nullptr) return nullptr;
  for (const auto& entry : map)
    if (&entry != found && (entry.second.origin.line == 0 ||
                            entry.second.origin.source == found->second.origin.source))
      return nullptr;
  return found;
}

}  // namespace

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
    if (const auto* short_form = replacing_short_form(*map, names)) {
      name = short_form->first;
      if (!short_form->second.is_null()) options = short_form->second;
      return true;
    }
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

}  // namespace detail
}  // namespace myoseg
