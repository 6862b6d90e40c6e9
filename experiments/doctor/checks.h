// What this machine has of what myoseg uses, and what to do about what is missing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myoseg::doctor {

enum class State {
  good,
  absent,   // works without it
  missing,  // something that the user would miss
};

struct Check {
  State state = State::good;
  std::string what;   // "gnuplot"
  std::string found;  // "5.4 patchlevel 4"
  std::string to_do;  // one sentence; empty: nothing
};

// Each looks at one thing.
[[nodiscard]] Check check_program();
[[nodiscard]] Check check_libtorch();
[[nodiscard]] Check check_processor();
[[nodiscard]] Check check_memory();
[[nodiscard]] Check check_gpus();
[[nodiscard]] Check check_processes();  // that train together
[[nodiscard]] Check check_gnuplot();
[[nodiscard]] Check check_fonts();
[[nodiscard]] Check check_slurm();
// That files can be written there, and how much room is left. `name` is the option that names it.
[[nodiscard]] Check check_folder(const std::string& name, const std::filesystem::path& folder);

// All of them.
[[nodiscard]] std::vector<Check> check_all(const std::filesystem::path& runs,
                                           const std::filesystem::path& cache);
// One line each, and how many are missing.
[[nodiscard]] std::string text_of(const std::vector<Check>& checks);

}  // namespace myoseg::doctor
