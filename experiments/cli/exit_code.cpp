#include "experiments/cli/exit_code.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <new>
#include <string>
#include <system_error>

#include "core/error.h"
#include "core/text.h"

namespace myoseg {
namespace {

int fail(ExitCode code, const std::string& sentence) {
  std::fprintf(stderr, "myoseg: %s\n", printable(sentence).c_str());
  return static_cast<int>(code);
}

// What was printed has to arrive: a full disk behind standard output is a failure.
int finished(int code) {
  const std::string reason =
      std::fflush(stdout) == 0 ? "a part was lost" : std::generic_category().message(errno);
  if (std::ferror(stdout) == 0) return code;
  return fail(ExitCode::failed, "cannot write to standard output: " + reason);
}

}  // namespace

int exit_code_of(const std::function<int()>& work) {
  try {
    return finished(work());
  } catch (const Error& error) {
    return fail(error.code(), error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(ExitCode::bad_data,
                fmt::format("{}: {}", error.path1().string(), error.code().message()));
  } catch (const std::bad_alloc&) {
    return fail(ExitCode::failed,
                "out of memory; use a smaller loader.batch_size or preprocess.size");
  } catch (const std::exception& error) {
    const std::string what = error.what();
    return fail(ExitCode::failed,
                what.substr(0, what.find('\n')));  // libraries append stack traces
  }
}

}  // namespace myoseg
