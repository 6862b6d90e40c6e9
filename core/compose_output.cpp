// The folders that a composition names for its results.
#include "core/compose.h"
#include "core/compose_hydra.h"
#include "core/interpolate.h"
#include "core/names.h"

namespace myoseg {
namespace {

// The text of a key of the `hydra` section that names a folder.
std::string folder_text(const Composition& composition, const KeyPath& path) {
  const Node full = with_hydra(composition);
  ResolveContext context;
  context.now = composition.now;
  context.full = &full;
  const Node folder = resolve_at(full, path, context);
  if (folder.is_scalar() && folder.get_if<double>() == nullptr) {
    const std::string text = python_text(folder);
    if (text != "???") return text;
  }
  throw ConfigError(ConfigFault::interpolation_to_missing,
                    fmt::format("{}: {} must be the name of a folder, not {}", folder.origin.text(),
                                join(path, "."), folder.text()),
                    join(path, "."));
}

}  // namespace

std::string sweep_directory(const Composition& composition) {
  return (composition.cwd / folder_text(composition, {"hydra", "sweep", "dir"}))
      .lexically_normal()
      .string();
}

std::string output_directory(const Composition& composition) {
  const std::filesystem::path folder =
      composition.job_number ? std::filesystem::path(sweep_directory(composition)) /
                                   folder_text(composition, {"hydra", "sweep", "subdir"})
                             : composition.cwd / folder_text(composition, {"hydra", "run", "dir"});
  return folder.lexically_normal().string();
}

}  // namespace myoseg
