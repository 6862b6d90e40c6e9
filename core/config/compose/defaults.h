// From the primary config and the chosen options to the flat list of files to merge.
#pragma once

#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/config/compose/compose.h"
#include "core/config/compose/files.h"
#include "core/config/override/override.h"

namespace myoseg {

// The group overrides of the command line.
struct GroupOverrides {
  struct Choice {
    std::optional<std::string> option;  // none: null
    std::vector<std::string> options;
    bool is_list = false;
    std::string source;  // the override's text, or the file whose entry it is
    bool from_user = true;
    bool used = false;
    std::size_t order = 0;  // in which it was met
  };
  struct Deletion {
    std::optional<std::string> option;
    std::string source;
    bool used = false;
  };
  std::map<std::string, Choice> choices;
  std::map<std::string, Deletion> deletions;
  std::vector<Default> appended;
  bool may_stay_open = false;  // a group that must be chosen need not be yet
};

// Hydra's own groups: a configuration may choose in them, and what is not in its folder is of no
// concern here.
[[nodiscard]] const std::vector<std::string>& hydra_group_names();

// Sorts one override into `groups`; false when it is a value override (its key is no group, or its
// value a mapping).
bool take_group_override(const Override& given, const ConfigFolders& folders,
                         GroupOverrides& groups);

// "; did you mean 'model/optimizer'?" when a key that is not there may have been meant as a group,
// or "".
[[nodiscard]] std::string group_meant(const std::string& key, const ConfigFolders& folders);

struct FlatDefaults {
  std::vector<MergedFile> files;
  std::vector<const ConfigFile*> contents;  // one for each file
  std::vector<DefaultsLine> tree;
  std::vector<std::pair<std::string, std::optional<std::string>>> choices;
  std::vector<ComposeWarning> warnings;
};

// Throws ConfigError of the defaults kinds.
[[nodiscard]] FlatDefaults expand_defaults(const std::string& primary, ConfigFolders& folders,
                                           GroupOverrides groups, const std::tm& now);

}  // namespace myoseg
