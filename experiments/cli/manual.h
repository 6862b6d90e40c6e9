// Everything that `help`, `list` and the shell's completion know of the program, as plain text: a
// copy of the tables of commands, options and parts that needs none of the code behind them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"

namespace myoseg {

// A flag of the command line.
struct FlagHelp {
  std::string brief;  // "-m" or empty
  std::string full;   // "--multirun"
  std::string value;  // "" none, "DIR" a folder, "job|hydra|all" one of these, else any word
  bool optional_value = false;
  std::string meaning;
};

struct CommandHelp {
  std::string name, summary, usage;
  bool composes = true;  // takes the groups and keys of an experiment
  bool computes = true;
  std::vector<FieldHelp> options;  // its own, beside those
};

// One entry of a table of parts, such as a network.
struct EntryHelp {
  std::string name, meaning;
  std::vector<FieldHelp> fields;
};

// A table of parts.
struct KindHelp {
  std::string name;     // "models"
  std::string section;  // the experiment's section that picks one of them, "" when none does
  std::vector<EntryHelp> entries;
};

struct Manual {
  std::string version;
  std::vector<FlagHelp> flags;
  std::vector<CommandHelp> commands;
  std::vector<FieldHelp> sections;  // of the experiment
  std::vector<KindHelp> kinds;

  [[nodiscard]] const CommandHelp* find_command(std::string_view name) const;
  // By the table's name or by its section's.
  [[nodiscard]] const KindHelp* find_kind(std::string_view name) const;
};

// The manual of this program, from its tables.
[[nodiscard]] Manual program_manual();

// A field of the experiment with its dotted key; `entry` names the part it belongs to, if any.
struct KeyHelp {
  std::string key, entry;
  FieldHelp field;
};
[[nodiscard]] bool is_section(const Manual& manual, const KeyHelp& key);
// The fields directly below `key` ("" = top). The fields of a section that picks a part are those
// of `entry`, or of every part when `entry` is empty; one that several parts share comes once a
// part.
[[nodiscard]] std::vector<KeyHelp> keys_below(const Manual& manual, const std::string& key,
                                              const std::string& entry = "");
// Every field of the experiment.
[[nodiscard]] std::vector<KeyHelp> all_keys(const Manual& manual);

[[nodiscard]] std::string manual_json(const Manual& manual);
[[nodiscard]] Manual read_manual(std::string_view json);

}  // namespace myoseg
