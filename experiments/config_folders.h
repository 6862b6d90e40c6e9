// Where config files are looked for.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace myoseg {

using SearchPath = std::vector<std::filesystem::path>;

// What a configuration is composed from.
struct ConfigSource {
  std::vector<std::filesystem::path> extra;   // --config-dir: folders searched first
  std::optional<std::filesystem::path> main;  // --config-path: in place of the program's configs/
  std::string name = "myoseg";                // --config-name: the primary config
};

// The folders searched, in order. Error(bad_usage) naming a folder that is not there.
[[nodiscard]] SearchPath config_folders(const ConfigSource& source);

}  // namespace myoseg
