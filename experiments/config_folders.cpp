#include "experiments/config_folders.h"

#include <cstdlib>

#include "core/error.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// The configs/ folder of this program: named by MYOSEG_CONFIGS, installed beside bin/, or in the
// source tree above a build.
fs::path own_configs() {
  if (const char* named = std::getenv("MYOSEG_CONFIGS")) return named;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (fs::path folder = program.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    for (const fs::path& candidate : {folder / "share/myoseg/configs", folder / "configs"})
      if (fs::exists(candidate / "myoseg.yaml")) return candidate;
    if (folder == folder.root_path()) break;
  }
  throw usage_error("cannot find the configs folder beside {}; name it with MYOSEG_CONFIGS=DIR",
                    program.string());
}

void must_be_folder(const char* flag, const fs::path& folder) {
  if (fs::is_directory(folder)) return;
  throw usage_error("{} {}: {}", flag, folder.string(),
                    fs::exists(folder) ? "this is no folder" : "there is no such folder");
}

}  // namespace

SearchPath config_folders(const ConfigSource& source) {
  for (const fs::path& folder : source.extra) must_be_folder("--config-dir", folder);
  if (source.main) must_be_folder("--config-path", *source.main);
  SearchPath path = source.extra;
  path.push_back(source.main ? *source.main : own_configs());
  return path;
}

}  // namespace myoseg
