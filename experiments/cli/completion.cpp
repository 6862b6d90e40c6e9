#include "experiments/cli/completion.h"

#include <algorithm>
#include <set>

#include "core/config/compose/compose.h"
#include "core/error.h"
#include "core/fields/help.h"

namespace myoseg {
namespace {

const std::string kFiles = "@files";

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t to = std::min(text.find(separator, from), text.size());
    parts.push_back(text.substr(from, to - from));
    from = to + 1;
  }
  return parts;
}

class Completer {
 public:
  Completer(const Manual& manual, const SearchPath& search_path,
            const std::vector<std::string>& words)
      : manual_(manual),
        search_path_(search_path),
        words_(words),
        word_(words.empty() ? "" : words.back()) {}

  std::vector<std::string> run() {
    const FlagHelp* before = words_.size() < 2 ? nullptr : flag(words_[words_.size() - 2]);
    if (before != nullptr && !before->value.empty()) flag_values(*before);
    if (before == nullptr || before->value.empty() || before->optional_value) others();
    return {found_.begin(), found_.end()};
  }

 private:
  void offer(const std::string& candidate) {
    if (candidate == kFiles || candidate.starts_with(word_)) found_.insert(candidate);
  }

  [[nodiscard]] const FlagHelp* flag(const std::string& name) const {
    for (const FlagHelp& flag : manual_.flags)
      if (name == flag.full || (!flag.brief.empty() && name == flag.brief)) return &flag;
    return nullptr;
  }

  void flag_values(const FlagHelp& flag) {
    if (flag.value == "DIR") offer(kFiles);
    if (flag.value.find('|') == std::string::npos) return;
    for (const std::string& value : split(flag.value, '|')) offer(value);
  }

  // The command is the first word that is neither a flag nor a flag's value.
  [[nodiscard]] std::string typed_command() const {
    for (std::size_t i = 0; i + 1 < words_.size(); ++i) {
      if (!words_[i].starts_with('-')) return words_[i];
      const FlagHelp* known = flag(words_[i]);
      if (known != nullptr && !known->value.empty() && !known->optional_value) ++i;
    }
    return "";
  }

  void others() {
    const std::string name = typed_command();
    if (word_.starts_with('-')) {
      for (const FlagHelp& flag : manual_.flags) offer(flag.full);
    } else if (name.empty()) {
      for (const CommandHelp& command : manual_.commands) offer(command.name);
    } else if (const CommandHelp* command = manual_.find_command(name)) {
      arguments(*command);
    }
  }

  void arguments(const CommandHelp& command) {
    if (const std::size_t equal = word_.find('='); equal != std::string::npos)
      return values(command, word_.substr(0, equal));
    for (const FieldHelp& option : command.options) offer(option.name + '=');
    if (command.name == "help")
      for (const CommandHelp& other : manual_.commands) offer(other.name);
    if (command.name == "list") return listable();
    if (command.composes) keys();
    // A command that takes one of a few words says so in its usage.
    if (!command.composes && command.options.empty())
      for (const std::string& word : split(command.usage, '|')) offer(word);
  }

  void listable() {
    for (const KindHelp& kind : manual_.kinds) offer(kind.name);
    for (const std::string& group : all_groups(search_path_))
      if (manual_.find_kind(group) == nullptr) offer(group);
    offer("groups"), offer("commands");
  }

  static std::string section_of(const std::string& key) {
    const std::size_t dot = key.rfind('.');
    return dot == std::string::npos ? "" : key.substr(0, dot);
  }

  // Groups, sections and keys, one level at a time. What stands before the key, as in +key=1 or
  // ~key, is kept.
  void keys() {
    const std::size_t start = std::min(word_.find_first_not_of("+~"), word_.size());
    const std::string sign = word_.substr(0, start), key = word_.substr(start);
    for (const std::string& group : all_groups(search_path_)) offer(sign + group + '=');
    const std::string above = section_of(key);
    for (const KeyHelp& below : keys_below(manual_, above, chosen_part(above)))
      offer(sign + below.key + (is_section(manual_, below) ? '.' : '='));
  }

  // The part that an earlier word chooses for a section; "" when none does.
  [[nodiscard]] std::string chosen_part(const std::string& key) const {
    const std::string section = key.substr(0, key.find('.'));
    const KindHelp* kind = manual_.find_kind(section);
    if (kind == nullptr) return "";
    for (const std::string& word : words_) {
      if (!word.starts_with(section + '=')) continue;
      try {
        const auto file = read_choice(search_path_, section, word.substr(section.size() + 1));
        const Node* name = file ? file->content.find("name") : nullptr;
        for (const EntryHelp& entry : kind->entries)
          if (name != nullptr && entry.name == name->text()) return entry.name;
      } catch (const Error&) {
        // A broken file is no reason to stay silent about the others.
      }
    }
    return "";
  }

  void values(const CommandHelp& command, const std::string& typed_key) {
    const std::string key =
        typed_key.substr(std::min(typed_key.find_first_not_of("+~"), typed_key.size()));
    // In a sweep, model=unet,se<TAB>, the last value is the one being typed.
    const std::string before = word_.substr(0, word_.find_last_of("=,") + 1);
    for (const FieldHelp& option : command.options)
      if (option.name == key) value_of(option, before);
    if (!command.composes) return;
    for (const std::string& option : list_options(search_path_, key)) offer(before + option);
    for (const KeyHelp& below : keys_below(manual_, section_of(key)))
      if (below.key == key) value_of(below.field, before);
  }

  void value_of(const FieldHelp& field, const std::string& before) {
    for (const std::string& value : known_values(field)) offer(before + value);
    if (field.type.starts_with("path")) offer(kFiles);
  }

  const Manual& manual_;
  const SearchPath& search_path_;
  const std::vector<std::string>& words_;
  const std::string word_;
  std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> completions(const Manual& manual, const SearchPath& search_path,
                                     const std::vector<std::string>& words) {
  return Completer(manual, search_path, words).run();
}

}  // namespace myoseg
