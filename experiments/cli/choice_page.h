// The page of `help GROUP=CHOICE`.
#pragma once

#include <string>

#include "experiments/cli/config_choices.h"
#include "experiments/cli/manual.h"

namespace myoseg {

// What the choice's file states, every field of the section that it fills, and what the fields
// mean. Error(bad_usage) with the nearest group or choice.
[[nodiscard]] std::string choice_page(const Manual& manual, const SearchPath& search_path,
                                      const std::string& group, const std::string& option);

}  // namespace myoseg
