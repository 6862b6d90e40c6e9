// A run: one experiment on one data set, in one folder.
//
//   runs/NAME-HASH/  config.yaml  provenance.json  dataset.json  splits.json  log.txt
//     fold_0/        log.csv  best.safetensors  last.safetensors
//     predictions/{raw,final}/CASE.nii.gz scores.csv  report.html  tables/  figures/
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/cache.h"
#include "experiments/experiment.h"
#include "experiments/plan.h"

namespace myoseg {

class Run {
 public:
  // Finds out what the data are (their content decides the run's hash) but makes nothing.
  Run(Experiment experiment, std::string command_line);

  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] int folds() const;

  // The jobs of a whole run, or of the folds named only. `last` is the last kind of job wanted.
  enum class Until { prepared, trained, reported };
  [[nodiscard]] std::vector<Job> plan(Until last, std::optional<int> fold);

  // Makes the folder with config.yaml, and provenance.json of the first command that asked for it.
  void open();

 private:
  [[nodiscard]] bool virtual_data() const { return experiment_.data.root.empty(); }
  [[nodiscard]] std::filesystem::path fold_folder(int fold) const;
  [[nodiscard]] Job job(const std::string& name, const std::filesystem::path& marker,
                        const std::string& more_inputs, std::function<bool()> work) const;
  [[nodiscard]] const Dataset& dataset();
  [[nodiscard]] const Fold& split(int fold);
  [[nodiscard]] std::vector<CachedCase> prepared(const std::vector<std::string>& ids);

  bool prepare();
  bool train_fold(int fold);
  bool predict_fold(int fold);
  bool score();
  bool report();

  Experiment experiment_;
  std::string command_line_;
  std::string hash_;
  std::filesystem::path data_root_;
  std::filesystem::path folder_;
  std::optional<Dataset> dataset_;
  std::vector<Fold> splits_;
};

}  // namespace myoseg
