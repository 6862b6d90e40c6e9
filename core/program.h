// Another program, run to its end with what it printed.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myoseg {

struct ProgramOutput {
  int status = -1;       // exit code, 128 + number for a signal; -1: it could not be started
  std::string out;       // what it printed to stdout
  std::string errors;    // to stderr, or why it could not be started
  bool missing = false;  // there is no such program
};

// Looks the first word up in $PATH; its input is empty, it starts in `folder`.
[[nodiscard]] ProgramOutput run_to_end(const std::vector<std::string>& words,
                                       const std::filesystem::path& folder = ".");

}  // namespace myoseg
