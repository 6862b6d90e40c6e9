// The program run as a user runs it: arguments in, exit code and text out.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myoseg::testing {

struct Outcome {
  int code = -1;
  std::string text;  // stdout and stderr together
};

// Runs the built program in `folder`. `limit_kib` > 0 limits the size of every file it writes, as a
// full disk would.
[[nodiscard]] Outcome run_program(const std::filesystem::path& folder,
                                  const std::vector<std::string>& arguments, int limit_kib = 0);

// The same, killed (SIGKILL) after so many seconds unless it has ended.
[[nodiscard]] Outcome run_and_kill(const std::filesystem::path& folder,
                                   const std::vector<std::string>& arguments, double seconds);

}  // namespace myoseg::testing
