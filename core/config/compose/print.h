// What `--cfg` and `--info` print of a composition.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/config/compose/compose.h"
#include "core/config/compose/hydra_flags.h"

namespace myoseg {

// The configuration as YAML. `part`: job (the application's), hydra (the `hydra` section) or all;
// `origins` is as `job`. `package` ("a.b"; "" or "_global_": everything) is printed alone below a
// `# @package` line. With `resolve`, references are replaced by their values, those of that part
// only: the composition itself may be made with `resolve = false`. Throws ConfigError
// (key_not_in_config) naming the nearest keys when there is no such package, and the kinds of
// core/config/interpolate/interpolate.h.
[[nodiscard]] std::string cfg_text(const Composition& composition, ConfigFlags::Cfg part,
                                   const std::string& package, bool resolve);

// The tables of the defaults list and the folders searched, the tree of the defaults lists, the
// configuration, or all of them.
[[nodiscard]] std::string info_text(const Composition& composition, ConfigFlags::Info what);

// One line for each group of the folders and its options, groups in groups included: "model: unet,
// unetr".
[[nodiscard]] std::string groups_text(const std::vector<std::filesystem::path>& search_path);

}  // namespace myoseg
