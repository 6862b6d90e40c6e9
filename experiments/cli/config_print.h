// `--cfg WORD` and `--info`: what a configuration is made of, before anything runs.
#pragma once

#include <string>

#include "experiments/cli/flags.h"

namespace myoseg {

// The text that the flags of `line` ask for. The keys are checked as for a run when a configuration
// is to be printed. Error(bad_usage) as composing and binding do.
[[nodiscard]] std::string config_text(const Command& command, const CommandLine& line);

}  // namespace myoseg
