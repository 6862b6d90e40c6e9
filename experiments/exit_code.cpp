#include "experiments/exit_code.h"

#include <cstdio>
#include <new>
#include <string>

#include "core/error.h"
#include "core/text.h"

namespace myoseg {
namespace {

int fail(ExitCode code, const std::string& sentence) {
  std::fprintf(stderr, "myoseg: %s\n", printable(sentence).c_str());
  return static_cast<int>(code);
}

}  // namespace

int exit_code_of(const std::function<int()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    return fail(error.code(), error.what());
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
