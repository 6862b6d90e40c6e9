// The one error type: a sentence for the user and the exit code that goes with it.
#pragma once

#include <fmt/core.h>

#include <stdexcept>
#include <string>

namespace myoseg {

enum class ExitCode : int {
  done = 0,
  failed = 1,  // the program could not do what it was rightly asked (disk full, training diverged)
  bad_usage = 2,  // command line or configuration
  bad_data = 3,   // images, labels, checkpoints, tables
};

// What was being done, to which file or key, what was found, what to do: in one sentence.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

template <class... Args>
[[nodiscard]] Error usage_error(fmt::format_string<Args...> format, Args&&... args) {
  return {ExitCode::bad_usage, fmt::format(format, std::forward<Args>(args)...)};
}

template <class... Args>
[[nodiscard]] Error data_error(fmt::format_string<Args...> format, Args&&... args) {
  return {ExitCode::bad_data, fmt::format(format, std::forward<Args>(args)...)};
}

template <class... Args>
[[nodiscard]] Error failure(fmt::format_string<Args...> format, Args&&... args) {
  return {ExitCode::failed, fmt::format(format, std::forward<Args>(args)...)};
}

}  // namespace myoseg
