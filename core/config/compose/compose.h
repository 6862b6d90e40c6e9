// A configuration composed from a folder of YAML files and command-line overrides, as Hydra does
// it.
#pragma once

#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config/config_error.h"
#include "core/config/tree/node.h"

namespace myoseg {

struct ComposeRequest {
  std::vector<std::filesystem::path> search_path;  // the first folder that has a file wins
  std::string config_name;  // "train", "train.yaml", "sub/train"; empty: no primary config
  std::vector<std::string> overrides;

  bool resolve = true;  // false: `config` stays unresolved, so bad references do no harm
  // The caller checks the keys against its structs, which know more keys than the files state:
  // `key=value` then also sets a key that no file has, and a file without any text is an error.
  bool keys_checked_later = false;
  // What all jobs of a sweep are made from: overrides that sweep are left out, and a group that
  // must be chosen may still be open. Better made with `resolve = false`.
  bool sweep_master = false;
  std::optional<int> job_number;  // in a sweep: hydra.job.num, and hydra.sweep is the folder
  std::string job_name = "myoseg";
  std::optional<std::tm> now;  // default: the present local time
  std::filesystem::path cwd;   // default: the current directory
};

// One merged file, in the order of merging.
struct MergedFile {
  std::string config;   // "model/unet"
  std::string package;  // "model"; "" is the root
  std::string parent;   // the file whose defaults list named it; "<root>" for the primary config
  bool is_self = false;
};

// One line of the tree of defaults lists: "train:", "model: unet", "_self_", "experiment: null".
struct DefaultsLine {
  std::size_t depth = 0;
  std::string text;
};

struct ComposeWarning {
  enum class Kind { missing_self, search_path_not_available, header_ignored, optional_missing };
  Kind kind;
  std::string text;
};

struct Composition {
  Node config;  // references resolved; every value knows its file, line and column or its override
  Node unresolved;  // the same with its references
  Node hydra;  // the `hydra` section, unresolved: it is no part of the application's configuration
  std::vector<std::pair<std::string, std::optional<std::string>>>
      choices;  // group -> option, none for null
  std::vector<MergedFile> defaults;
  std::vector<DefaultsLine> tree;
  std::vector<std::filesystem::path> search_path;  // with the folders of hydra.searchpath
  std::vector<std::string> missing;                // keys whose value is `???`, sorted
  std::vector<ComposeWarning> warnings;
  std::string override_dirname;  // the task's overrides, sorted and joined
  std::tm now{};
  std::filesystem::path cwd;
  std::optional<int> job_number;
};

// Throws ConfigError (exit code bad_usage): one line first with the place and what is wrong, then
// what there is.
[[nodiscard]] Composition compose(const ComposeRequest& request);

// `hydra.run.dir`, or in a sweep's job `hydra.sweep.dir` and `subdir` in it, resolved and absolute.
// Throws ConfigError when it cannot be resolved.
[[nodiscard]] std::string output_directory(const Composition& composition);
// `hydra.sweep.dir`, resolved and absolute.
[[nodiscard]] std::string sweep_directory(const Composition& composition);

// The options of a group and the groups directly below one ("" = top), sorted, over the whole
// search path.
[[nodiscard]] std::vector<std::string> list_options(
    const std::vector<std::filesystem::path>& search_path, const std::string& group);
[[nodiscard]] std::vector<std::string> list_groups(
    const std::vector<std::filesystem::path>& search_path, const std::string& group = "");

}  // namespace myoseg
