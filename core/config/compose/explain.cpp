// The messages about choices: missing, unknown, unused.
#include "core/config/compose/expand.h"
#include "core/names.h"

namespace myoseg {

std::string Expander::options_text(const std::string& group) const {
  const auto options = folders_.options(group);
  return options.empty() ? "" : "\n  options of '" + group + "': " + join(options);
}

ConfigError Expander::must_choose(const Default& node) const {
  const std::string key = node.override_key();
  return {ConfigFault::must_specify_option,
          fmt::format("{}: '{}' must be chosen: {}=OPTION{}", place(node), key, key,
                      options_text(node.group_path()))};
}

ConfigError Expander::not_found(const Default& node, const TreeNode* parent) const {
  if (parent == nullptr) {
    const auto options = folders_.options(node.group_path());
    return {ConfigFault::primary_not_found,
            fmt::format("there is no config '{}'{}\n  {}", node.path,
                        did_you_mean(node.path, options), folders_.text())};
  }
  const auto given = groups_.choices.find(node.override_key());
  const bool chosen = given != groups_.choices.end() && node.kind == Default::Kind::group;
  const std::string where = chosen ? given->second.source : place(node);
  const std::string path = node.config_path();
  const std::string group = node.group_path();
  const std::string near = did_you_mean(path.substr(path.rfind('/') + 1), folders_.options(group));
  if (node.kind == Default::Kind::group)
    return {
        ConfigFault::option_not_found,
        fmt::format("{}: the group '{}', which '{}' lists, has no option '{}' ({}.yaml){}{}\n  {}",
                    where, group, parent->node.config_path(), node.option.value_or(""), path, near,
                    options_text(group), folders_.text())};
  return {ConfigFault::config_not_found,
          fmt::format("{}: there is no config '{}', which '{}' lists{}{}\n  {}", where, path,
                      parent->node.config_path(), near, options_text(group), folders_.text())};
}

// An optional file that is not there is simply not loaded; a name close to one that is there was
// probably mistyped.
void Expander::warn_of_optional(const Default& node) {
  const std::string path = node.config_path();
  const std::string near =
      did_you_mean(path.substr(path.rfind('/') + 1), folders_.options(node.group_path()));
  if (!near.empty())
    warn(ComposeWarning::Kind::optional_missing,
         fmt::format("{}: there is no '{}', so nothing is loaded{}", place(node), path, near));
}

void Expander::refuse_unused() const {
  std::map<std::size_t, std::string> unused;  // in the order they were given, all at once
  for (const auto& [key, choice] : groups_.choices)
    if (!choice.used) unused[choice.order] = unused_choice(key, choice);
  std::vector<std::string> lines;
  for (const auto& [order, line] : unused) lines.push_back(line);
  if (!lines.empty()) throw ConfigError(ConfigFault::group_not_in_defaults, join(lines, "\n"));
  for (const auto& [key, deletion] : groups_.deletions)
    if (!deletion.used)
      throw ConfigError(ConfigFault::delete_group_not_in_defaults,
                        fmt::format("{}: there is no such entry in the defaults lists{}",
                                    deletion.source, chosen_text(key)));
}

std::string Expander::chosen_text(const std::string& key) const {
  for (const auto& [known, option] : flat.choices)
    if (known == key) return fmt::format("; '{}' is '{}'", key, option.value_or("null"));
  return known_groups(key);
}

std::string Expander::known_groups(const std::string& key) const {
  std::vector<std::string> known;
  for (const auto& [name, option] : flat.choices) known.push_back(name);
  const std::string near = did_you_mean(key, known);
  return near.empty() && !known.empty() ? "; groups there are " + join(known) : near;
}

std::string Expander::unused_choice(const std::string& key,
                                    const GroupOverrides::Choice& choice) const {
  const std::string group = key.substr(0, key.find('@'));
  std::vector<std::string> packaged;
  bool itself = false;
  for (const auto& [known, option] : flat.choices) {
    if (known == key)
      itself = true;
    else if (known.substr(0, known.find('@')) == group)
      packaged.push_back(known);
  }
  std::string hint = known_groups(key);
  if (itself)
    hint = "; the entry that overrides must stand after the group's own entry, experiments last";
  else if (!packaged.empty())
    hint = "; did you mean " + join(packaged, " or ") + "?";
  std::string add;
  if (choice.from_user)
    add = fmt::format("\n  to add it: +{}={}", key, choice.option.value_or("null"));
  return fmt::format("{}: no defaults list has the group '{}'{}{}", choice.source, key, hint, add);
}

void Expander::warn(ComposeWarning::Kind kind, std::string text) {
  flat.warnings.push_back({kind, std::move(text)});
}

}  // namespace myoseg
