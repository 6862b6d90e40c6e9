#include "core/config/compose/vary.h"

#include <algorithm>

#include "core/config/compose/defaults.h"
#include "core/config/compose/merge.h"
#include "core/error.h"

namespace myoseg {
namespace {

// "model/encoder" -> its steps.
KeyPath steps_of(std::string group) {
  std::replace(group.begin(), group.end(), '/', '.');
  return split_path(group);
}

// What the option's file puts at its group's own place.
Node section_of(const std::string& group, const std::string& option, const Override& given,
                const ComposeRequest& request) {
  ComposeRequest one;
  one.search_path = request.search_path;
  one.config_name = group + '/' + option;
  one.resolve = false;
  const Node content = compose(one).unresolved;
  const Node* section = &content;
  for (const std::string& step : steps_of(group)) {
    const auto* map = section == nullptr ? nullptr : section->get_if<Node::Map>();
    section = map != nullptr && map->size() == 1 ? section->find(step) : nullptr;
  }
  if (section == nullptr)
    throw ConfigError(ConfigFault::group_not_in_defaults,
                      fmt::format("{}: '{}' changes several sections, so it cannot be put on top "
                                  "of a finished configuration; start a new run with it",
                                  given.origin().text(), group));
  return *section;
}

Node& place_of(Node& root, const std::string& group) {
  Node* at = &root;
  for (const std::string& step : steps_of(group)) {
    Node* inner = at->find(step);
    at = inner != nullptr ? inner : &at->set(step, Node(Node::Map{}));
  }
  return *at;
}

}  // namespace

Node vary(Node base, const ComposeRequest& request) {
  const ConfigFolders folders(request.search_path);
  ResolveContext context;
  std::vector<Override> values;
  for (const std::string& text : request.overrides) {
    Override given = parse_override(text);
    GroupOverrides groups;
    if (!take_group_override(given, folders, groups)) {
      if (given.op == Override::Op::change) given.op = Override::Op::force_add;
      values.push_back(std::move(given));
      continue;
    }
    const std::string option = given.value ? given.value->text() : "";
    place_of(base, given.key) = section_of(given.key, option, given, request);
  }
  for (const Override& given : values) apply_value(base, given, context);
  return resolve_all(base, context);
}

}  // namespace myoseg
