// What `help` and `list` print.
#pragma once

#include <string>

#include "experiments/cli/config_choices.h"
#include "experiments/cli/manual.h"

namespace myoseg {

// Commands, groups with their choices, flags, and how to look further.
[[nodiscard]] std::string overview_page(const Manual& manual, const SearchPath& search_path);

// What there is to say of a command ("train"), a group or section ("optimizer"), a choice
// ("optimizer=sgd"), a key ("optimizer.lr", or its last part alone), or a part ("adamw"). A word
// that is several of these gets a page of each. Error(bad_usage) with the nearest words.
[[nodiscard]] std::string help_page(const Manual& manual, const SearchPath& search_path,
                                    const std::string& what);

// A table of parts with their meanings ("models"), the choices of a group ("experiments",
// "preset"), "groups", "commands", or "" for what can be listed. Error(bad_usage) as above.
[[nodiscard]] std::string list_page(const Manual& manual, const SearchPath& search_path,
                                    const std::string& what);

}  // namespace myoseg
