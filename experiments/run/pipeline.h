// A task as a table of stages, and the jobs that the table means for one run.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/ledger/jobs.h"
#include "experiments/run/context.h"

namespace myoseg {

// Which of a stage's jobs it is.
struct JobPlace {
  int fold = -1;                   // -1: of the whole run
  const Member* member = nullptr;  // null: of all members together
};

// One line of a task's table. In `id`, `title` and `folder`, {0} is the fold; of a member of an
// ensemble {1} is "/NAME" and {2} ", NAME", of an experiment's one network both are empty.
struct RunStage {
  std::string_view name = {};  // as other stages and commands call it
  std::string_view id = {};    // of its jobs: "train/{0}{1}"
  std::string_view title = {};
  bool per_fold = false;                      // a job for each fold; else one for the run
  bool per_member = false;                    // a job for each member of the ensemble
  std::string_view folder = {};               // in the run's folder, of marker and outputs
  std::string_view marker = {};               // its file's name, without .json
  std::vector<std::string_view> needs = {};   // the stages whose outputs it reads, named before it
  std::vector<std::string_view> leaves = {};  // files and folders
  // A CSV of what it leaves whose column `seconds` is the time of all attempts; empty: the
  // marker's.
  std::string_view times = {};
  // What decides its outputs beside the run's hash; none: nothing.
  std::string (*inputs)(const RunContext&) = nullptr;
  bool (*work)(RunContext&, const JobPlace&) = nullptr;
  // A stage that some runs do not have.
  bool (*applies)(const RunContext&) = nullptr;
  // A job that is shared with other runs, instead of all of the above; none: it is made already.
  std::optional<Job> (*shared)(const RunContext&) = nullptr;
};
using Pipeline = std::span<const RunStage>;

// Error(bad_usage) when there is none of that name.
[[nodiscard]] const RunStage& stage_named(Pipeline pipeline, std::string_view name);
// The stage's job in a run's folder, at that place; `inputs`: what decides beside the run's hash.
[[nodiscard]] Job stage_job(const RunStage& stage, const std::filesystem::path& run_folder,
                            const std::string& run_hash, const std::string& inputs,
                            const JobPlace& place, std::function<bool()> work);

// Of the experiment's task. Segmentation, the only one: prepare, train and predict each fold with
// each member, score, report.
[[nodiscard]] Pipeline pipeline_of(const Experiment& experiment);

// The jobs of the stage `last` and of those that it needs; with a fold, only what can be done for
// this fold alone. Error(bad_usage) for a fold that the run does not have.
[[nodiscard]] std::vector<Job> jobs_until(Pipeline pipeline, std::string_view last, RunContext& run,
                                          std::optional<int> fold = {});
// All of them.
[[nodiscard]] std::vector<Job> all_jobs(Pipeline pipeline, RunContext& run);
// Training of one fold's network up to an epoch, from which it can go on; done when it got that
// far.
[[nodiscard]] Job training_until(RunContext& run, int fold, const Member& member, int epoch);

}  // namespace myoseg
