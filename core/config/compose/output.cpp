// The folders that a composition names for its results.
#include "core/config/compose/compose.h"
#include "core/config/compose/hydra.h"
#include "core/names.h"

namespace myoseg {
namespace {

// The text of a key of the `hydra` section that names a folder.
std::string folder_text(const Composition& composition, const KeyPath& path) {
  const Node folder = resolved_value(composition, path);
  if (folder.is_scalar() && folder.get_if<double>() == nullptr) {
    const std::string text = python_text(folder);
    if (text != "???") return text;
  }
  throw ConfigError(ConfigFault::interpolation_to_missing,
                    fmt::format("{}: {} must be the name of a folder, not {}", folder.origin.text(),
                                join(path, "."), folder.text()),
                    join(path, "."));
}

std::string absolute(const Composition& composition, const std::filesystem::path& folder) {
  const std::filesystem::path whole = (composition.cwd / folder).lexically_normal();
  return whole.has_filename() ? whole.string() : whole.parent_path().string();
}

}  // namespace

std::string sweep_directory(const Composition& composition) {
  return absolute(composition, folder_text(composition, {"hydra", "sweep", "dir"}));
}

std::string output_directory(const Composition& composition) {
  if (!composition.job_number)
    return absolute(composition, folder_text(composition, {"hydra", "run", "dir"}));
  const std::filesystem::path sweep = folder_text(composition, {"hydra", "sweep", "dir"});
  return absolute(composition, sweep / folder_text(composition, {"hydra", "sweep", "subdir"}));
}

}  // namespace myoseg
