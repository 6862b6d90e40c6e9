// How far the runs of a folder are in SLURM's queue, for the list of runs.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

namespace myoseg::slurm {

struct QueuedRun {
  std::size_t running = 0, pending = 0;  // jobs
  std::string reason;                    // why the first of them is pending
  std::string failure;                   // of the first job that ended without a word of its own
};

// By the run's folder; `queue` is the folder that the launcher keeps its arrays in. Asks SLURM only
// when there are any. Error(failed) when it does not answer.
[[nodiscard]] std::map<std::filesystem::path, QueuedRun> queued_runs(
    const std::filesystem::path& queue);

}  // namespace myoseg::slurm
