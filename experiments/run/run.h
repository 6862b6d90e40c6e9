// A run: one experiment on one data set, in one folder.
//
//   runs/NAME,WHAT-DIFFERS-HASH/
//     config.yaml  provenance.json  dataset.json  splits.json  jobs.json  log.txt
//     fold_0/  log.csv  best.safetensors  last.safetensors  predictions/{raw,final}/CASE.nii.gz
//     fold_0/MEMBER/, members/MEMBER/: of an ensemble what each member leaves
//     external/  models.json  predictions/{raw,final}/CASE.nii.gz  scores.csv ...
//     scores.csv  summary.csv  quantities.csv  report.html  tables/  figures/
//     NAME.json  NAME.failed.json  NAME.lock: a job's marker, its failure, who is at it
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "experiments/launch/launcher.h"
#include "experiments/run/context.h"
#include "experiments/run/pipeline.h"

namespace myoseg {

class Run {
 public:
  // Finds out what the data are but makes nothing.
  Run(Experiment experiment, RunOrigin origin);
  Run(const Run&) = delete;  // its jobs refer to it
  Run& operator=(const Run&) = delete;

  [[nodiscard]] const Experiment& experiment() const { return context_.experiment(); }
  [[nodiscard]] const std::filesystem::path& folder() const { return context_.folder(); }
  [[nodiscard]] std::string name() const { return context_.name(); }
  [[nodiscard]] const RunOrigin& origin() const { return origin_; }
  [[nodiscard]] const std::vector<Member>& members() const { return context_.members(); }
  [[nodiscard]] int folds() const { return context_.folds(); }

  // The jobs of a whole run; those up to a stage of its pipeline, or of one fold only; and a part
  // of a training. They refer to this run.
  [[nodiscard]] std::vector<Job> plan() { return all_jobs(pipeline_, context_); }
  [[nodiscard]] std::vector<Job> plan(std::string_view last, std::optional<int> fold = {}) {
    return jobs_until(pipeline_, last, context_, fold);
  }
  [[nodiscard]] Job train_until(int fold, const Member& member, int epoch) {
    return training_until(context_, fold, member, epoch);
  }

  // Error(bad_data) for what speaks against the data, before the first job; the rest is logged.
  void check() { context_.check(); }
  // Makes the folder with config.yaml and jobs.json, and provenance.json of the first command that
  // asked for it.
  void open();
  // Makes these jobs, and those that read their outputs, undone.
  void forget(const std::vector<Job>& jobs);

  // The main table and where the report is, for the terminal.
  [[nodiscard]] std::string summary() const;

 private:
  RunOrigin origin_;
  RunContext context_;
  Pipeline pipeline_;
};

// The tasks of these jobs of `run`, each with the command that does it alone; `label` tells the run
// from the others in the list. A job of another run with the same marker is not repeated.
void add_tasks(std::vector<Task>& tasks, const Run& run, const std::string& label,
               const std::vector<Job>& jobs);

}  // namespace myoseg
