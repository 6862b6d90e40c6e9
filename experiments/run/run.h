// A run: one experiment on one data set, in one folder.
//
//   runs/NAME,WHAT-DIFFERS-HASH/
//     config.yaml  provenance.json  dataset.json  splits.json  jobs.json  log.txt
//     fold_0/  log.csv  best.safetensors  last.safetensors  predictions/{raw,final}/CASE.nii.gz
//     external/  models.json  predictions/{raw,final}/CASE.nii.gz  scores.csv ...
//     scores.csv  summary.csv  quantities.csv  report.html  tables/  figures/
//     NAME.json  NAME.failed.json  NAME.lock: a job's marker, its failure, who is at it
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/load/cache.h"
#include "experiments/experiment.h"
#include "experiments/launch/launcher.h"
#include "experiments/run/case_source.h"
#include "experiments/run/predicted_cases.h"

namespace myoseg {

// How a run came to be asked for; recorded, and in its name, but no part of what it computes.
struct RunOrigin {
  std::string command_line;
  std::vector<std::string> differs;  // "train.epochs=50": from the experiment named
};

class Run {
 public:
  // Finds out what the data are (their content decides the run's hash) but makes nothing.
  Run(Experiment experiment, RunOrigin origin);

  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::string name() const { return folder_.filename().string(); }
  [[nodiscard]] const RunOrigin& origin() const { return origin_; }
  [[nodiscard]] int folds() const;

  // The jobs of a whole run, or of one fold only. `last` is the last kind of job wanted.
  enum class Until { prepared, trained, reported };
  [[nodiscard]] std::vector<Job> plan(Until last, std::optional<int> fold = {});
  // Training of one fold up to an epoch, from which it can go on; done when it got that far.
  [[nodiscard]] Job train_until(int fold, int epoch);

  // Error(bad_data) for what speaks against the data, before the first job; the rest is logged.
  void check();

  // Makes the folder with config.yaml and jobs.json, and provenance.json of the first command that
  // asked for it.
  void open();
  // Makes these jobs, and those that read their outputs, undone.
  void forget(const std::vector<Job>& jobs);

  // The main table and where the report is, for the terminal.
  [[nodiscard]] std::string summary();

 private:
  [[nodiscard]] std::filesystem::path fold_folder(int fold) const;
  [[nodiscard]] std::filesystem::path external_folder() const { return folder_ / "external"; }
  // A job of this run, which logs to its folder too.
  [[nodiscard]] Job job(const std::string& id, const std::string& name,
                        const std::filesystem::path& marker, const std::string& more_inputs,
                        std::function<bool()> work) const;
  [[nodiscard]] const Dataset& dataset();
  [[nodiscard]] const Fold& split(int fold);
  // The external data set. Error(bad_data) when its labels or channels are not the networks'.
  [[nodiscard]] const Dataset& external_dataset();
  [[nodiscard]] std::vector<CachedCase> prepared(const std::vector<std::string>& ids);
  [[nodiscard]] std::vector<PredictedCase> cases_of_fold(int fold);
  [[nodiscard]] std::vector<PredictedCase> external_cases();

  bool prepare();
  bool train_fold(int fold, int until_epoch);
  bool predict_fold(int fold);
  bool predict_external();
  bool score();
  bool report();

  Experiment experiment_;
  RunOrigin origin_;
  CaseSource source_;
  std::optional<CaseSource> external_;
  std::string hash_;
  std::filesystem::path folder_;
  std::vector<Fold> splits_;
};

// The tasks of these jobs of `run`, each with the command that does it alone; `label` tells the run
// from the others in the list. A job of another run with the same marker is not repeated.
void add_tasks(std::vector<Task>& tasks, const Run& run, const std::string& label,
               const std::vector<Job>& jobs);

}  // namespace myoseg
