// What a run's folder is called and what it tells about itself.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/run_state.h"
#include "experiments/ledger/jobs.h"

namespace myoseg {

// The first digits of a hash, as names show it, and those at the end of a run's folder.
[[nodiscard]] std::string shown_hash(const std::string& hash);
[[nodiscard]] std::string hash_of_run(const std::filesystem::path& folder);

// The folder in `runs` that ends in this hash, whatever it is called; else the one to make:
// NAME,DIFFERENCE,DIFFERENCE-HASH, safe in every shell and not too long.
[[nodiscard]] std::filesystem::path run_folder(const std::filesystem::path& runs,
                                               const std::string& name,
                                               const std::vector<std::string>& differs,
                                               const std::string& hash);

// jobs.json: ids and markers of a whole run's jobs, so that its state can be told without its data.
void write_job_list(const std::filesystem::path& folder, const std::vector<Job>& jobs);

// What a run's folder says of itself.
struct RunRecord {
  std::filesystem::path folder;
  RunState state = RunState::open;
  std::size_t done = 0, jobs = 0;
  std::string failure;               // sentence of the first failed job
  std::optional<double> score;       // headline of its report's main table
  std::string score_region;          // what the score is of; kMeanOfRegions without that region
  double seconds = 0;                // of all jobs that are done
  double peak_memory_mib = 0;        // largest job
  std::string started;               // UTC
  std::vector<std::string> differs;  // from its experiment
};
// Error(bad_data) when it is no run's folder.
[[nodiscard]] RunRecord read_run_record(const std::filesystem::path& folder);
// A run as a user names it: its folder, its folder's name in `runs`, or the hash that ends it.
// Error(bad_data) when there is none.
[[nodiscard]] std::filesystem::path find_run(const std::filesystem::path& named,
                                             const std::filesystem::path& runs);
// The folder of runs when none is given: $MYOSEG_RUNS or "runs".
[[nodiscard]] std::filesystem::path default_runs_folder();
// Of every run in this folder, by name.
[[nodiscard]] std::vector<RunRecord> read_run_records(const std::filesystem::path& runs);

}  // namespace myoseg
