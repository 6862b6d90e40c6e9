// Commands that are answered from the manual and the config files alone: help, list, completion.
#pragma once

#include <optional>

#include "experiments/cli/flags.h"
#include "experiments/cli/manual.h"

namespace myoseg {

// Prints what one of these commands, --help, --version or an empty line asks for and returns the
// exit code; nothing when another command is meant. Error(bad_usage) naming the nearest command
// when there is none of that name.
[[nodiscard]] std::optional<int> answer_from_manual(const Manual& manual, const CommandLine& line);

}  // namespace myoseg
