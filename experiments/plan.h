// Work as a list of jobs that remember being done: asked again, only what is missing runs.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace myoseg {

struct Job {
  std::string name;              // "train fold 3"
  std::filesystem::path marker;  // written when done; holds the hash of what the job was made from
  std::string inputs;            // that hash
  std::function<bool()> work;    // false: interrupted, to be asked again
};

[[nodiscard]] bool is_done(const Job& job);

// Runs those that are not done, in order, and marks them. False when a job was interrupted.
bool execute(const std::vector<Job>& jobs);

// One line per job with its state, for --dry-run.
[[nodiscard]] std::string plan_text(const std::vector<Job>& jobs);

}  // namespace myoseg
