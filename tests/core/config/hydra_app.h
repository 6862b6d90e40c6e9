// A program as `@hydra.main` makes them, on top of the product's own engine: composes, sweeps,
// makes the folders and runs a job that prints its configuration.
#pragma once

#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

namespace myoseg::testing {

struct AppResult {
  int exit_code = 0;
  std::string out;  // with one line `JOB {...}` for each job that ran
  std::string error;
};

// Runs the program as if in `folder`, which has its configuration in `conf`, at the time `now`. As
// in Hydra every error exits with 1, except those in the flags (2), and a failing job does not stop
// the next.
[[nodiscard]] AppResult run_app(const std::filesystem::path& folder, std::vector<std::string> argv,
                                const std::tm& now);

}  // namespace myoseg::testing
