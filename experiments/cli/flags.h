// The flags of the command line: the composition's own (core/config/compose/hydra_flags.h) and the
// program's.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/compose/hydra_flags.h"
#include "experiments/cli/commands.h"

namespace myoseg {

// One flag as `help` and completion show it.
struct Flag {
  std::string_view brief;  // "-m", or empty
  std::string_view full;   // "--multirun"
  std::string_view value;  // "" none, "DIR" a folder, "job|hydra|all" one of these, else any word
  bool optional_value;
  std::string_view meaning;
};
[[nodiscard]] std::span<const Flag> flags();

// What was typed after the program's name, taken apart: a command, flags and overrides in any
// order.
struct CommandLine {
  std::string command;  // the first word that is no flag; empty when there is none
  Request request;      // its overrides are all other words
  ConfigFlags config;
  bool help = false;
  bool version = false;
};
// Error(bad_usage) naming an unknown flag, a flag without its value or with a wrong one.
[[nodiscard]] CommandLine read_command_line(std::vector<std::string> words);

}  // namespace myoseg
