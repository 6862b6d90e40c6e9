// The files of a configuration folder: found by name, read once, their header and defaults list
// taken out.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/tree/node.h"

namespace myoseg {

// One entry of a defaults list, and once it is being expanded, where it stands in the tree.
struct Default {
  enum class Kind { self, config, group };
  Kind kind = Kind::config;
  bool optional = false;
  bool override_entry = false;
  bool absolute = false;
  bool appended = false;               // from `+group=option`
  bool chosen_by_user = false;         // the option comes from the command line
  std::string path;                    // group, or path of a config, without a leading slash
  std::optional<std::string> package;  // what followed @
  std::optional<std::string> option;   // group: the option; none is null; "???" must be chosen
  std::vector<std::string> options;    // group: several options
  bool is_list = false;
  Origin origin;

  std::string base;  // group path of the file that lists it
  std::string parent_package;
  std::optional<std::string> header;  // its own file's `# @package`

  [[nodiscard]] std::string full_path() const;
  [[nodiscard]] std::string group_path() const;   // of the group, or of the folder a config is in
  [[nodiscard]] std::string config_path() const;  // "model/unet"
  [[nodiscard]] std::string final_package(bool with_header = true) const;
  [[nodiscard]] std::string override_key()
      const;  // group, or group@package where that is not the default one
};

// An entry as it is written. Throws ConfigError(defaults_bad_item).
[[nodiscard]] Default read_default(const Node& node);

struct ConfigFile {
  std::string name;  // as a message shows it
  Node content;      // a map without the defaults list
  std::vector<Default> defaults;
  std::optional<std::string> header;
  bool blank = false;                         // nothing but blanks, not even a comment
  std::optional<std::string> ignored_header;  // a `# @package` that stands below another comment
};

class ConfigFolders {
 public:
  explicit ConfigFolders(std::vector<std::filesystem::path> folders)
      : folders_(std::move(folders)) {}

  void append(std::filesystem::path folder) {
    folders_.push_back(std::move(folder));
    std::erase_if(loaded_, [](const auto& entry) { return entry.second == nullptr; });
  }
  [[nodiscard]] const std::vector<std::filesystem::path>& folders() const { return folders_; }

  // The file "group/option.yaml", or null. Throws ConfigError when it cannot be read.
  const ConfigFile* load(const std::string& config_path);
  [[nodiscard]] bool group_exists(const std::string& group) const;
  [[nodiscard]] std::vector<std::string> options(const std::string& group) const;
  [[nodiscard]] std::vector<std::string> groups(const std::string& group) const;
  [[nodiscard]] std::string text() const;  // "searched in a, b"

 private:
  std::vector<std::filesystem::path> folders_;
  std::map<std::string, std::unique_ptr<ConfigFile>> loaded_;
};

}  // namespace myoseg
