#include "experiments/cli/small_program.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/error.h"
#include "experiments/cli/exit_code.h"
#include "experiments/cli/manual_commands.h"

namespace myoseg {
namespace fs = std::filesystem;
namespace {

// libgomp's threads spin for milliseconds after each parallel region, which starves the loader's
// threads; the library reads its setting when it is loaded.
void calm_openmp() {
  if (std::getenv("OMP_WAIT_POLICY") == nullptr) setenv("GOMP_SPINCOUNT", "10000", 0);
}

// Beside this program in a build, in libexec/ beside bin/ when installed.
fs::path large_program() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const fs::path& folder : {here, here.parent_path() / "libexec/myoseg"})
    if (fs::exists(folder / "myoseg-engine")) return folder / "myoseg-engine";
  throw failure("myoseg-engine is neither in {} nor in {}; install the program again",
                here.string(), (here.parent_path() / "libexec/myoseg").string());
}

int answer_or_become(int argc, char** argv, const char* manual_json) {
  const CommandLine line = read_command_line({argv + 1, argv + argc});
  if (const auto code = answer_from_manual(read_manual(manual_json), line)) return *code;
  calm_openmp();
  const fs::path program = large_program();
  execv(program.c_str(), argv);
  throw failure("{} does not start: {}", program.string(), std::strerror(errno));
}

}  // namespace

int run_small_program(int argc, char** argv, const char* manual_json) {
  return exit_code_of([&] { return answer_or_become(argc, argv, manual_json); });
}

}  // namespace myoseg
