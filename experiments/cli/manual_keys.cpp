// Looking things up in a manual.
#include <algorithm>

#include "core/fields/pick.h"
#include "experiments/cli/manual.h"

namespace myoseg {
namespace {

void add_below(const std::vector<FieldHelp>& fields, const std::string& prefix,
               const std::string& entry, std::vector<KeyHelp>& keys) {
  for (const FieldHelp& field : fields)
    keys.push_back({prefix.empty() ? field.name : prefix + '.' + field.name, entry, field});
}

// The entry's name is a key too.
FieldHelp name_field(const KindHelp& kind) {
  std::vector<std::string> names;
  for (const EntryHelp& entry : kind.entries) names.push_back(entry.name);
  return name_help(names, names.front(), "Which of the " + kind.name + ".");
}

bool picks(const KindHelp& kind, const std::string& key) {
  return !kind.section.empty() && kind.section == key;
}

}  // namespace

bool is_section(const Manual& manual, const KeyHelp& key) {
  return !key.field.children.empty() ||
         std::any_of(manual.kinds.begin(), manual.kinds.end(),
                     [&](const KindHelp& kind) { return picks(kind, key.key); });
}

const CommandHelp* Manual::find_command(std::string_view name) const {
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [&](const CommandHelp& command) { return command.name == name; });
  return found == commands.end() ? nullptr : &*found;
}

const KindHelp* Manual::find_kind(std::string_view name) const {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const KindHelp& kind) {
    return kind.name == name || picks(kind, std::string(name));
  });
  return found == kinds.end() ? nullptr : &*found;
}

std::vector<KeyHelp> keys_below(const Manual& manual, const std::string& key,
                                const std::string& entry) {
  std::vector<KeyHelp> keys;
  if (key.empty()) {
    add_below(manual.sections, "", "", keys);
    return keys;
  }
  const auto kind = std::find_if(manual.kinds.begin(), manual.kinds.end(),
                                 [&](const KindHelp& k) { return picks(k, key); });
  if (kind != manual.kinds.end()) {
    keys.push_back({key + ".name", "", name_field(*kind)});
    for (const EntryHelp& part : kind->entries)
      if (entry.empty() || part.name == entry) add_below(part.fields, key, part.name, keys);
    return keys;
  }
  const std::size_t dot = key.rfind('.');
  const std::string above = dot == std::string::npos ? "" : key.substr(0, dot);
  for (const KeyHelp& parent : keys_below(manual, above, entry))
    if (parent.key == key) add_below(parent.field.children, key, parent.entry, keys);
  return keys;
}

std::vector<KeyHelp> all_keys(const Manual& manual) {
  std::vector<KeyHelp> keys = keys_below(manual, "");
  std::vector<std::string> opened;  // several parts may share a section
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string key = keys[i].key;
    if (!is_section(manual, keys[i])) continue;
    if (std::find(opened.begin(), opened.end(), key) != opened.end()) continue;
    opened.push_back(key);
    for (KeyHelp& below : keys_below(manual, key)) keys.push_back(std::move(below));
  }
  return keys;
}

}  // namespace myoseg
