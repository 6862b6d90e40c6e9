// The choices of the configuration groups as a user reads them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/config/compose/files.h"
#include "experiments/config_folders.h"

namespace myoseg {

// Every group that has choices, "model" and "model/encoder" alike.
[[nodiscard]] std::vector<std::string> all_groups(const SearchPath& search_path);

// The comment a choice's file begins with, on one line and without `# @package`; "" when there is
// none or no such file.
[[nodiscard]] std::string choice_comment(const SearchPath& search_path, const std::string& group,
                                         const std::string& option);
[[nodiscard]] std::string first_sentence(const std::string& text);

// A file's content; nothing when there is no such file. Throws ConfigError as composing does.
[[nodiscard]] std::optional<ConfigFile> read_choice(const SearchPath& search_path,
                                                    const std::string& group,
                                                    const std::string& option);

}  // namespace myoseg
