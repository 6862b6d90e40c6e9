// Where config files are looked for.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

namespace myoseg {

using SearchPath = std::vector<std::filesystem::path>;

// Folders searched for config files: `extra` first, then `main`, which is the configs/ that belongs
// to this program unless given. Error(bad_usage) naming a folder that is not there.
[[nodiscard]] SearchPath config_folders(
    const std::vector<std::filesystem::path>& extra,
    const std::optional<std::filesystem::path>& main = std::nullopt);

}  // namespace myoseg
