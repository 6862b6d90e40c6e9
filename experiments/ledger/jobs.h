// Work as jobs that remember being done: asked again, only what is missing runs, and a job is done
// by one process at a time.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/lock.h"

namespace myoseg {

struct Job {
  std::string id;                // unique in its plan: "train/3"
  std::string name;              // "train fold 3"
  std::filesystem::path marker;  // written when done; holds the hash of what the job was made from
  std::string inputs;            // that hash
  std::vector<std::filesystem::path> outputs;  // files and folders that it leaves
  std::vector<std::string> after;              // ids of the jobs whose outputs it reads
  // A CSV among the outputs whose column `seconds` is the time of all attempts; empty: the marker
  // tells that of the last one.
  std::filesystem::path times = {};
  bool shared = false;         // several runs have it in common: forgetting a run leaves it done
  std::function<bool()> work;  // false: asked to stop, to be asked again
};

// The hash of what a job of a run was made from: the run's own, the job's name, what else decides.
[[nodiscard]] std::string job_inputs(const std::string& run_hash, const std::string& name,
                                     const std::string& more = "");

// Whether the marker stands for these inputs and every output is there.
[[nodiscard]] bool is_done(const Job& job);

// How the last attempt at a job ended when it ended in an error; none after a success.
struct JobFailure {
  ExitCode code = ExitCode::failed;
  std::string sentence;
};
[[nodiscard]] std::optional<JobFailure> recorded_failure(const std::filesystem::path& marker);

// Who works on the job now.
[[nodiscard]] std::optional<LockOwner> worker_of(const Job& job);

// Takes away what tells how an earlier attempt ended, and a marker that stands for other inputs,
// which a failure must not leave done. For whoever is about to have the job done again.
void begin_anew(const Job& job);

enum class Performed { done, stopped, elsewhere };
// Does the job under its lock and marks it as done. `elsewhere`: a living process is at it; nothing
// was done. What the work throws is recorded beside the marker and thrown on.
Performed perform(const Job& job);

// Makes the job undone and removes its outputs. Throws Error(failed) when a process is at it.
void forget(const Job& job);

// What one job took, as its marker tells; none while it is not done.
struct JobCost {
  double seconds = 0;
  double peak_memory_mib = 0;
};
[[nodiscard]] std::optional<JobCost> job_cost(const std::filesystem::path& marker);

// One line per job with its state, for --dry-run.
[[nodiscard]] std::string plan_text(const std::vector<Job>& jobs);

}  // namespace myoseg
