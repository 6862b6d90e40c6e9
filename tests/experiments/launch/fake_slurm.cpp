#include "tests/experiments/launch/fake_slurm.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "experiments/cli/options.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {
namespace fs = std::filesystem;
namespace {

std::string first_line(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

std::string option_of(const fs::path& script, const std::string& name) {
  std::ifstream in(script);
  const std::string start = "#SBATCH --" + name + "=";
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(start)) return line.substr(start.size());
  return "";
}

}  // namespace

FakeSlurm::FakeSlurm(const fs::path& folder) : folder_(folder / "slurm") {
  fs::create_directories(folder_ / "jobs");
  const char* path = std::getenv("PATH");
  path_before_ = path == nullptr ? "" : path;
  const fs::path commands = source_folder() / "tests/experiments/launch/fake_slurm";
  setenv("PATH", (commands.string() + ":" + path_before_).c_str(), 1);
  setenv("FAKE_SLURM", folder_.c_str(), 1);
}

FakeSlurm::~FakeSlurm() {
  unset("hold");
  setenv("PATH", path_before_.c_str(), 1);
  unsetenv("FAKE_SLURM");
}

Pick<LauncherEntry> FakeSlurm::launcher(const std::vector<std::string>& options) const {
  Pick<LauncherEntry> launcher("slurm");
  Node section;
  section.set("look_every", Node(0.1));
  for (const std::string& option : options) {
    const std::size_t is = option.find('=');
    section.set(option.substr(0, is), option_value(option));
  }
  bind_options(launcher, section);
  return launcher;
}

void FakeSlurm::set(const std::string& file) const { std::ofstream(folder_ / file) << std::endl; }
void FakeSlurm::unset(const std::string& file) const { fs::remove(folder_ / file); }

std::vector<std::string> FakeSlurm::arrays() const {
  std::vector<fs::path> folders;
  for (const auto& entry : fs::directory_iterator(folder_ / "jobs"))
    folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  std::vector<std::string> lines;
  for (const fs::path& folder : folders) {
    std::string name = first_line(folder / "name");
    name = name.substr(0, name.rfind('-')).substr(std::string("myoseg-").size());
    std::string line = name + " " + option_of(folder / "script", "array");
    std::string dependency = first_line(folder / "dependency");
    for (std::size_t at = 0; (at = dependency.find("  ", at)) != std::string::npos;)
      dependency.erase(at, 1);
    if (!dependency.empty()) line += " " + dependency;
    lines.push_back(line);
  }
  return lines;
}

}  // namespace myoseg::testing
