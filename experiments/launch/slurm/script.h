// The batch script of a job array.
#pragma once

#include <string>
#include <vector>

#include "experiments/launch/slurm/job_array.h"
#include "experiments/launch/slurm/options.h"

namespace myoseg::slurm {

// `program`: the executable that does a task's command. `arrays_of_kind`: that share the limit of
// jobs at the same time.
[[nodiscard]] std::string script_text(const Options& options, const std::vector<Task>& tasks,
                                      const PlannedArray& array, const std::string& key,
                                      const std::filesystem::path& program, int arrays_of_kind);

// The dependency of an array, where `numbers` are those of the planned arrays before it; empty:
// none.
[[nodiscard]] std::string dependency_text(const PlannedArray& array,
                                          const std::vector<std::string>& numbers);

}  // namespace myoseg::slurm
