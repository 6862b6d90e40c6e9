// Overrides that choose an option of a group: which they are, and which group a key means.
#include <algorithm>

#include "core/config/compose/defaults.h"
#include "core/names.h"

namespace myoseg {
namespace {

std::string option_text(const Element& value) {
  const auto* text = value.scalar.get_if<std::string>();
  return text != nullptr ? *text : value.raw;
}

}  // namespace

const std::vector<std::string>& hydra_group_names() {
  static const std::vector<std::string> names{
      "hydra/env",         "hydra/help",     "hydra/hydra_help", "hydra/hydra_logging",
      "hydra/job_logging", "hydra/launcher", "hydra/output",     "hydra/sweeper"};
  return names;
}

bool take_group_override(const Override& given, const ConfigFolders& folders,
                         GroupOverrides& groups) {
  if (given.value && given.value->kind == Element::Kind::map) return false;
  if (!folders.group_exists(given.key) &&
      std::find(hydra_group_names().begin(), hydra_group_names().end(), given.key) ==
          hydra_group_names().end())
    return false;
  const auto wrong = [&](const std::string& what) {
    return ConfigError(ConfigFault::group_value_type, given.origin().text() + ": " + what);
  };
  GroupOverrides::Choice choice;
  choice.source = given.origin().text();
  if (given.value && given.value->kind == Element::Kind::list) {
    choice.is_list = true;
    for (const Element& item : given.value->items) {
      if (item.kind != Element::Kind::scalar) throw wrong("an option must be a name");
      choice.options.push_back(option_text(item));
    }
  } else if (given.value && !given.value->scalar.is_null()) {
    choice.option = option_text(*given.value);
  }
  switch (given.op) {
    case Override::Op::force_add:
      throw wrong(
          fmt::format("'++' is for values; write {}=... to choose in a group, +{}=... to add one",
                      given.key, given.key));
    case Override::Op::append:
    case Override::Op::remove_items:
      throw wrong(
          fmt::format("'+=' and '-=' are for lists; write {}=[a,b] to choose several, +{}=... to "
                      "add a choice, ~{} to remove it",
                      given.key, given.key, given.key));
    case Override::Op::remove:
      if (choice.is_list) throw wrong("to remove a group name at most one option");
      groups.deletions[given.group_key()] = {choice.option, choice.source, false};
      break;
    case Override::Op::add: {
      Default item;
      item.kind = Default::Kind::group;
      item.appended = true;
      item.chosen_by_user = true;
      item.path = given.key;
      item.package = given.package;
      item.option = choice.option;
      item.options = choice.options;
      item.is_list = choice.is_list;
      item.origin = given.origin();
      groups.appended.push_back(std::move(item));
      break;
    }
    case Override::Op::change: {
      const auto earlier = groups.choices.find(given.group_key());
      choice.order =
          earlier == groups.choices.end() ? groups.choices.size() : earlier->second.order;
      groups.choices[given.group_key()] = std::move(choice);
      break;
    }
  }
  return true;
}

std::string group_meant(const std::string& key, const ConfigFolders& folders) {
  if (key.find('.') != std::string::npos) return "";
  std::vector<std::string> groups = folders.groups("");
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (const std::string& inner : folders.groups(groups[i]))
      groups.push_back(groups[i] + '/' + inner);
  const auto found = std::find_if(groups.begin(), groups.end(), [&](const std::string& group) {
    return group.ends_with('/' + key);
  });
  return found != groups.end() ? "; did you mean '" + *found + "'?" : did_you_mean(key, groups);
}

}  // namespace myoseg
