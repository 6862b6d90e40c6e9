#include "experiments/cli/choice_page.h"

#include <algorithm>

#include "core/config/compose/compose.h"
#include "core/error.h"
#include "core/fields/help.h"
#include "core/names.h"

namespace myoseg {
namespace {

using Rows = std::vector<std::vector<std::string>>;

void add_stated(const Node& node, const std::string& path, const std::vector<KeyHelp>& keys,
                Rows& rows) {
  if (const auto* map = node.get_if<Node::Map>(); map != nullptr && !map->empty()) {
    for (const auto& [key, value] : *map)
      add_stated(value, path.empty() ? key : path + '.' + key, keys, rows);
    return;
  }
  const auto known =
      std::find_if(keys.begin(), keys.end(), [&](const KeyHelp& key) { return key.key == path; });
  rows.push_back({path, short_text(node), known == keys.end() ? "" : known->field.meaning});
}

std::string options_of(const Default& item) {
  return item.is_list ? '[' + join(item.options) + ']' : item.option.value_or("null");
}

// A file that fills no section of its own, such as an experiment: its choices and its keys.
std::string stated_text(const Manual& manual, const ConfigFile& file) {
  Rows chosen, stated;
  for (const Default& item : file.defaults)
    if (item.kind == Default::Kind::group)
      chosen.push_back({item.full_path() + '=' + options_of(item)});
    else if (item.kind == Default::Kind::config)
      chosen.push_back({item.full_path()});
  add_stated(file.content, "", all_keys(manual), stated);
  std::string text;
  if (!chosen.empty()) text += "\nchooses\n" + aligned(chosen, 2);
  if (!stated.empty()) text += "\nsets\n" + aligned(stated, 2);
  return text;
}

// The fields of the section that a group's choice fills: those of the part it names.
std::vector<FieldHelp> fields_of(const Manual& manual, const std::string& section,
                                 const std::string& entry) {
  std::vector<FieldHelp> fields;
  for (const KeyHelp& key : keys_below(manual, section, entry)) fields.push_back(key.field);
  return fields;
}

[[nodiscard]] Error unknown_choice(const SearchPath& search_path, const std::string& group,
                                   const std::string& option) {
  const auto groups = all_groups(search_path);
  if (std::find(groups.begin(), groups.end(), group) == groups.end())
    return usage_error("there is no group '{}'{}; the groups are {}", group,
                       did_you_mean(group, groups), join(groups));
  const auto options = list_options(search_path, group);
  return usage_error("the group '{}' has no choice '{}'{}; its choices are {}", group, option,
                     did_you_mean(option, options), join(options));
}

}  // namespace

std::string choice_page(const Manual& manual, const SearchPath& search_path,
                        const std::string& group, const std::string& option) {
  std::string section = group;
  std::replace(section.begin(), section.end(), '/', '.');
  const KindHelp* kind = manual.find_kind(section);
  const auto file = read_choice(search_path, group, option);
  const EntryHelp* part = nullptr;
  if (kind != nullptr) {
    const Node* named = file ? file->content.find("name") : nullptr;
    const std::string name = named == nullptr ? option : named->text();
    const auto found = std::find_if(kind->entries.begin(), kind->entries.end(),
                                    [&](const EntryHelp& entry) { return entry.name == name; });
    if (found != kind->entries.end()) part = &*found;
  }
  if (!file && part == nullptr) throw unknown_choice(search_path, group, option);

  std::string text = group + '=' + option;
  if (file) {
    text += "   " + file->name + '\n';
    const std::string comment = choice_comment(search_path, group, option);
    if (!comment.empty()) text += aligned({{comment}});
  } else {
    text = fmt::format("{}.name={}   no file states it\n", section, option);
  }
  if (part != nullptr) text += aligned({{part->name + ": " + part->meaning}});

  const auto fields = fields_of(manual, section, part == nullptr ? "" : part->name);
  const bool global = !file || file->header.value_or("") == "_global_";
  if (fields.empty() || (file && global)) return text + (file ? stated_text(manual, *file) : "");
  if (file && !file->content.get_if<Node::Map>()->empty())
    return text + '\n' + help_text(fields, StatedValues{file->content, option});
  return text + '\n' + help_text(fields);
}

}  // namespace myoseg
