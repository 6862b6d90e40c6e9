// What `myoseg help` prints.
#include <algorithm>

#include "core/config/compose/compose.h"
#include "core/error.h"
#include "core/fields/help.h"
#include "core/names.h"
#include "experiments/cli/choice_page.h"
#include "experiments/cli/manual_pages.h"

namespace myoseg {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string flags_text(const Manual& manual) {
  Rows rows;
  for (const FlagHelp& flag : manual.flags) {
    std::string value = flag.value;
    if (flag.optional_value) value = '[' + value + ']';
    // A long list of words is the business of completion.
    if (value.size() > 16) value = "[WHAT]";
    rows.push_back({(flag.brief.empty() ? "" : flag.brief + ", ") + flag.full +
                        (value.empty() ? "" : ' ' + value),
                    flag.meaning});
  }
  return "flags\n" + aligned(rows, 2);
}

std::string indented(const std::string& text) {
  std::string out;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = std::min(text.find('\n', from), text.size() - 1) + 1;
    out += "  " + text.substr(from, to - from);
    from = to;
  }
  return out;
}

std::string command_page(const CommandHelp& command) {
  std::string text = "myoseg " + command.name + ' ' + command.usage + '\n' + command.summary + '\n';
  if (!command.options.empty()) text += "\nits own options\n" + help_text(command.options);
  if (command.composes && command.computes)
    text +=
        "\nIt takes group=choice and key=value of an experiment and every flag: 'myoseg help' "
        "lists them.\n";
  return text;
}

// The keys of a section. Several parts may have a section of this name; those whose keys are the
// same share one table.
std::string fields_of_parts(const std::vector<KeyHelp>& keys) {
  std::vector<std::pair<std::string, std::vector<FieldHelp>>> parts;
  for (const KeyHelp& key : keys) {
    if (parts.empty() || parts.back().first != key.entry) parts.push_back({key.entry, {}});
    parts.back().second.push_back(key.field);
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> tables;  // with whose they are
  for (const auto& [part, fields] : parts) {
    const std::string table = help_text(fields);
    const auto same = std::find_if(tables.begin(), tables.end(),
                                   [&](const auto& other) { return other.first == table; });
    (same == tables.end() ? tables.emplace_back(table, std::vector<std::string>{}) : *same)
        .second.push_back(part);
  }
  std::string text;
  for (const auto& [table, whose] : tables)
    text += (tables.size() == 1 ? "\n" : "\nof " + join(whose) + '\n') + table;
  return text;
}

// A section of the experiment, with the choices of its group if there is one.
std::string section_page(const Manual& manual, const SearchPath& search_path,
                         const std::string& key) {
  std::string text;
  for (const KeyHelp& section : all_keys(manual))
    if (section.key == key && text.empty()) text = key + ": " + section.field.meaning + '\n';
  if (text.empty()) text = key + '\n';
  std::string group = key;
  std::replace(group.begin(), group.end(), '.', '/');
  if (!list_options(search_path, group).empty())
    text += '\n' + list_page(manual, search_path, group);
  if (manual.find_kind(key) != nullptr)
    return text + fmt::format("\nThe fields of each: 'myoseg help {}=CHOICE'.\n", key);
  return text + fields_of_parts(keys_below(manual, key));
}

// The fields of one key; parts with the same field share one table.
std::string key_page(const std::string& key, const std::vector<KeyHelp>& same) {
  std::string text;
  std::vector<bool> shown(same.size());
  for (std::size_t i = 0; i < same.size(); ++i) {
    if (shown[i]) continue;
    const std::string table = help_text({same[i].field});
    std::vector<std::string> parts;
    for (std::size_t j = i; j < same.size(); ++j) {
      if (help_text({same[j].field}) != table) continue;
      shown[j] = true;
      if (!same[j].entry.empty()) parts.push_back(same[j].entry);
    }
    text += (text.empty() ? "" : "\n") + key + (parts.empty() ? "" : " of " + join(parts)) + '\n' +
            table;
  }
  return text;
}

std::string entry_page(const KindHelp& kind, const EntryHelp& entry) {
  std::string text = fmt::format("{} ({}): {}\n", entry.name, kind.name, entry.meaning);
  if (!entry.fields.empty()) text += '\n' + help_text(entry.fields);
  return text;
}

class Pages {
 public:
  Pages(const Manual& manual, const SearchPath& search_path, const std::string& what)
      : manual_(manual), search_path_(search_path), what_(what) {}

  std::string text() {
    if (const CommandHelp* command = manual_.find_command(what_)) add(command_page(*command));
    if (const std::size_t equal = what_.find('='); equal != std::string::npos) {
      add(choice_page(manual_, search_path_, what_.substr(0, equal), what_.substr(equal + 1)));
    } else {
      add_keys();
      if (pages_.empty() || manual_.find_command(what_) == nullptr) add_parts();
    }
    if (pages_.empty()) throw unknown();
    return join(pages_, "\n");
  }

 private:
  void add(std::string page) { pages_.push_back(std::move(page)); }

  void add_keys() {
    const std::vector<KeyHelp> keys = all_keys(manual_);
    const auto groups = all_groups(search_path_);
    std::vector<std::string> exact, ending;
    for (const KeyHelp& key : keys) {
      auto& where = key.key == what_ ? exact : ending;
      const bool fits = key.key == what_ || key.key.ends_with('.' + what_);
      if (fits && std::find(where.begin(), where.end(), key.key) == where.end())
        where.push_back(key.key);
    }
    if (exact.empty() && std::find(groups.begin(), groups.end(), what_) != groups.end())
      return add(section_page(manual_, search_path_, what_));
    for (const std::string& key : exact.empty() ? ending : exact) add_key(keys, key);
  }

  void add_key(const std::vector<KeyHelp>& keys, const std::string& key) {
    std::vector<KeyHelp> same;
    for (const KeyHelp& each : keys)
      if (each.key == key) same.push_back(each);
    add(is_section(manual_, same.front()) ? section_page(manual_, search_path_, key)
                                          : key_page(key, same));
  }

  // Entries of tables and choices of groups that have this name.
  void add_parts() {
    for (const KindHelp& kind : manual_.kinds)
      for (const EntryHelp& entry : kind.entries)
        if (entry.name == what_) add(entry_page(kind, entry));
    for (const std::string& group : all_groups(search_path_)) {
      const auto options = list_options(search_path_, group);
      const bool has = std::find(options.begin(), options.end(), what_) != options.end();
      if (has && manual_.find_kind(group) == nullptr)
        add(choice_page(manual_, search_path_, group, what_));
    }
  }

  [[nodiscard]] Error unknown() const {
    std::vector<std::string> known = all_groups(search_path_);
    for (const CommandHelp& command : manual_.commands) known.push_back(command.name);
    for (const KeyHelp& key : all_keys(manual_)) {
      known.push_back(key.key);
      known.push_back(key.field.name);
    }
    for (const KindHelp& kind : manual_.kinds)
      for (const EntryHelp& entry : kind.entries) known.push_back(entry.name);
    return usage_error(
        "there is no command, group, key or part called '{}'{}; 'myoseg help' and 'myoseg list' "
        "name what there is",
        what_, did_you_mean(what_, known));
  }

  const Manual& manual_;
  const SearchPath& search_path_;
  const std::string& what_;
  std::vector<std::string> pages_;
};

}  // namespace

std::string overview_page(const Manual& manual, const SearchPath& search_path) {
  return "myoseg COMMAND [group=choice ...] [key=value ...] [flags]\n"
         "Muscle segmentation on CT: training and experiments.\n\ncommands\n" +
         indented(list_page(manual, search_path, "commands")) + "\ngroups and their choices\n" +
         indented(list_page(manual, search_path, "groups")) + '\n' + flags_text(manual) +
         "\nlook further\n" +
         aligned({{"myoseg help train", "a command, or a section of the config"},
                  {"myoseg help model=unet", "every field of a choice"},
                  {"myoseg help optimizer.lr", "a key"},
                  {"myoseg list models", "a table; 'list' alone says which there are"},
                  {"myoseg run --cfg", "the config that would be run, and where it comes from"}},
                 2);
}

std::string help_page(const Manual& manual, const SearchPath& search_path,
                      const std::string& what) {
  return Pages(manual, search_path, what).text();
}

}  // namespace myoseg
