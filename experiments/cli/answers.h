// Commands that are answered from the manual and the config files alone: help, list, completion.
#pragma once

#include <optional>

#include "experiments/cli/flags.h"
#include "experiments/cli/manual.h"

namespace myoseg {

// Prints the answer to a line that one of these commands, --help, or nothing at all stands on, and
// returns the exit code; nothing when another command is meant. Error(bad_usage) naming the nearest
// command when there is none of that name.
[[nodiscard]] std::optional<int> answer(const Manual& manual, const CommandLine& line);

}  // namespace myoseg
