// The flags around overrides that Hydra's users know: `-m`, `--cfg`, `--info`, `-cn` and the like.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace myoseg {

struct ConfigFlags {
  // What `--cfg` prints; `origins` is `--cfg` alone: every value with the place it comes from.
  enum class Cfg { origins, job, hydra, all };
  // What `--info` prints; `all` is `--info` alone.
  enum class Info { all, config, defaults, defaults_tree, searchpath };

  bool multirun = false;                           // -m, --multirun
  std::optional<Cfg> cfg;                          // -c, --cfg [job|hydra|all]
  bool resolve = false;                            // --resolve: with --cfg, references resolved
  std::string package;                             // -p, --package a.b: with --cfg, this part only
  std::optional<Info> info;                        // -i, --info [defaults|defaults-tree|...]
  std::string config_name;                         // -cn, --config-name; empty: not given
  std::vector<std::filesystem::path> config_dirs;  // -cd, --config-dir, as often as wanted
  std::optional<std::filesystem::path> config_path;  // -cp, --config-path: another main folder
};

// Takes the flags above out of `words` (without the program's name), wherever they stand; what is
// left keeps its order: overrides and flags that are not known here, for the caller to read. Both
// `--flag value` and `--flag=value` are understood; after `--` every word is left as it is, the
// `--` itself is removed. Error(bad_usage) for a flag without its value, with a value it does not
// know, or for --package and --resolve without --cfg.
[[nodiscard]] ConfigFlags take_config_flags(std::vector<std::string>& words);

// Every spelling of these flags, for "did you mean" and for completion.
[[nodiscard]] const std::vector<std::string>& config_flag_names();

}  // namespace myoseg
