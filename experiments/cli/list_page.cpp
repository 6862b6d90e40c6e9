// What `myoseg list` prints.
#include <algorithm>

#include "core/config/compose/compose.h"
#include "core/error.h"
#include "core/fields/help.h"
#include "core/names.h"
#include "experiments/cli/manual_pages.h"

namespace myoseg {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string kind_text(const KindHelp& kind) {
  Rows rows;
  for (const EntryHelp& entry : kind.entries) rows.push_back({entry.name, entry.meaning});
  const std::string head = kind.section.empty() ? kind.name : kind.section + ".name=";
  return head + '\n' + aligned(rows, 2);
}

// What a choice is, from its file's comment, else from the part that it picks.
std::string choice_meaning(const Manual& manual, const SearchPath& search_path,
                           const std::string& group, const std::string& option) {
  const std::string comment = choice_comment(search_path, group, option);
  const KindHelp* kind = manual.find_kind(group);
  if (!comment.empty() || kind == nullptr) return first_sentence(comment);
  const auto file = read_choice(search_path, group, option);
  const Node* name = file ? file->content.find("name") : nullptr;
  for (const EntryHelp& entry : kind->entries)
    if (name != nullptr && name->text() == entry.name) return entry.meaning;
  return "";
}

std::string choices_text(const Manual& manual, const SearchPath& search_path,
                         const std::string& group) {
  Rows rows;
  for (const std::string& option : list_options(search_path, group))
    rows.push_back({option, choice_meaning(manual, search_path, group, option)});
  return group + "=\n" + aligned(rows, 2);
}

std::string groups_text(const SearchPath& search_path, const std::vector<std::string>& groups) {
  Rows rows;
  for (const std::string& group : groups)
    rows.push_back({group, join(list_options(search_path, group))});
  return aligned(rows);
}

std::string commands_text(const Manual& manual) {
  Rows rows;
  for (const CommandHelp& command : manual.commands)
    rows.push_back({command.name, command.summary});
  return aligned(rows);
}

}  // namespace

std::string list_page(const Manual& manual, const SearchPath& search_path,
                      const std::string& what) {
  const std::vector<std::string> groups = all_groups(search_path);
  if (what == "groups") return groups_text(search_path, groups);
  if (what == "commands") return commands_text(manual);

  // A group is named as it is or in the plural.
  const auto group = std::find_if(groups.begin(), groups.end(), [&](const std::string& name) {
    return name == what || name + 's' == what;
  });
  const KindHelp* kind = manual.find_kind(what);
  std::string text;
  if (kind != nullptr) text = kind_text(*kind);
  const std::string choices = group != groups.end() ? *group : kind != nullptr ? kind->section : "";
  if (!choices.empty() && !list_options(search_path, choices).empty())
    text += (text.empty() ? "" : "\n") + choices_text(manual, search_path, choices);
  if (!text.empty()) return text;

  std::vector<std::string> known{"groups", "commands"};
  for (const KindHelp& each : manual.kinds) known.push_back(each.name);
  for (const std::string& name : groups)
    if (manual.find_kind(name) == nullptr) known.push_back(name);
  if (what.empty()) return "myoseg list WHAT, with one of\n" + aligned({{join(known)}}, 2);
  throw usage_error("there is nothing called '{}' to list{}; there are {}", what,
                    did_you_mean(what, known), join(known));
}

}  // namespace myoseg
