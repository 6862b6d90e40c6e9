// Jobs that leave only a trace of having been done, in this process or in one of their own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/launch/launcher.h"

namespace myoseg::testing {

enum class Ending {
  well,
  error,          // Error(bad_data)
  after_failure,  // well, but not before another job of its folder has failed
  killed,         // its process ends at once, as by a machine without memory
  second_time,    // well, but the first time it waits until it is asked to stop
};

// A task of the run that adds "RUN ID" to the file `ran` of the folder. A launcher with processes
// of its own starts this test program, whose main() does the task that its command names.
[[nodiscard]] Task traced_task(const std::filesystem::path& folder, const std::string& run,
                               const std::string& id, std::vector<std::size_t> after,
                               Ending ending = Ending::well);

// The lines of `ran`, in the order in which the jobs began.
[[nodiscard]] std::vector<std::string> ran(const std::filesystem::path& folder);

}  // namespace myoseg::testing
