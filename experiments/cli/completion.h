// Completion of the command line in a shell.
#pragma once

#include <string>
#include <vector>

#include "experiments/cli/config_choices.h"
#include "experiments/cli/manual.h"

namespace myoseg {

// What may stand in place of the last of `words` (those after the program's name, the last one
// being typed): whole words, sorted. Those that end with '=' or '.' want more after them. The one
// entry "@files" says that the value is the name of a file or folder.
[[nodiscard]] std::vector<std::string> completions(const Manual& manual,
                                                   const SearchPath& search_path,
                                                   const std::vector<std::string>& words);

// The script that makes a shell ask for them: "bash" or "zsh". Error(bad_usage) for others.
[[nodiscard]] std::string completion_script(const std::string& shell);

}  // namespace myoseg
