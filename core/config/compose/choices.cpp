// What is chosen in each group, by the command line and by `override` entries.
#include <algorithm>

#include "core/config/compose/expand.h"

namespace myoseg {
void Expander::collect_overrides(const std::vector<Default>& list, bool interpolated) {
  const Default* seen = nullptr;
  for (const Default& item : list) {
    if (item.kind == Default::Kind::self) continue;
    if (seen != nullptr && !item.override_entry && !item.appended)
      throw ConfigError(
          ConfigFault::override_not_last,
          fmt::format("{}: 'override {}: {}' stands before '{}: {}'; overrides come last in a "
                      "defaults list",
                      seen->origin.text(), seen->path, seen->option.value_or("null"), item.path,
                      item.option.value_or("null")));
    if (!item.override_entry) continue;
    seen = &item;
    if (interpolated)
      throw ConfigError(
          ConfigFault::override_in_interpolated,
          fmt::format(
              "{}: 'override {}' cannot stand in a config whose own name is built from other "
              "choices",
              item.origin.text(), item.path));
    GroupOverrides::Choice choice{item.option,           item.options, item.is_list,
                                  item.origin.text(),    false,        false,
                                  groups_.choices.size()};
    groups_.choices.emplace(item.override_key(), std::move(choice));
  }
}

void Expander::apply_choice(Default& item) {
  const auto found = groups_.choices.find(item.override_key());
  if (found == groups_.choices.end()) return;
  item.option = found->second.option;
  item.options = found->second.options;
  item.is_list = found->second.is_list;
  item.chosen_by_user = found->second.from_user;
  found->second.used = true;
}

bool Expander::deleted(const Default& item) {
  const auto found = groups_.deletions.find(item.override_key());
  if (found == groups_.deletions.end()) return false;
  if (found->second.option && found->second.option != item.option) return false;
  found->second.used = true;
  return true;
}

bool Expander::added_by_user(const Default& item) const {
  return std::any_of(groups_.appended.begin(), groups_.appended.end(), [&](const Default& added) {
    return added.path == item.group_path() && added.package == item.package;
  });
}

void Expander::note_choice(const Default& item) {
  const std::string key = item.override_key();
  for (const auto& [known, option] : flat.choices) {
    if (known != key) continue;
    if (option != item.option && added_by_user(item))
      throw ConfigError(
          ConfigFault::multiple_values_in_defaults,
          fmt::format("override '+{}={}': '{}' is chosen already, as '{}'\n  to change "
                      "the choice: {}={}",
                      key, option.value_or("null"), key, item.option.value_or("null"), key,
                      option.value_or("null")));
    if (option != item.option)
      throw ConfigError(ConfigFault::multiple_values_in_defaults,
                        fmt::format("{}: '{}' is chosen as '{}' and as '{}'; to change a choice "
                                    "write 'override {}: {}'",
                                    place(item), key, item.option.value_or("null"),
                                    option.value_or("null"), key, option.value_or("null")));
    return;
  }
  flat.choices.emplace_back(key, item.option);
}

TreeNode Expander::hydra_groups() {
  TreeNode root;
  for (const std::string& group : hydra_group_names()) {
    const auto found = groups_.choices.find(group);
    if (found == groups_.choices.end() || found->second.used) continue;
    found->second.used = true;
    if (!found->second.option || folders_.load(group + '/' + *found->second.option) == nullptr)
      continue;
    TreeNode child;
    child.node.kind = Default::Kind::group;
    child.node.path = group;
    child.node.option = found->second.option;
    expand(child, &root, false);
    root.children.push_back(std::move(child));
  }
  return root;
}

}  // namespace myoseg
