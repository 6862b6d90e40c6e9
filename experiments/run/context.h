// What the stages of a run work on: the experiment, its data, its folder.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/load/cache.h"
#include "experiments/experiment.h"
#include "experiments/members.h"
#include "experiments/run/case_source.h"
#include "experiments/run/predicted_cases.h"

namespace myoseg {

// How a run came to be asked for; recorded, and in its name, but no part of what it computes.
struct RunOrigin {
  std::string command_line;
  std::vector<std::string> differs;  // "train.epochs=50": from the experiment named
};

class RunContext {
 public:
  // Finds out what the data are (their content decides the run's hash) but makes nothing.
  // Error(bad_usage) where only a virtual cohort that is not made yet would say what the folds are.
  RunContext(Experiment experiment, const RunOrigin& origin);

  [[nodiscard]] const Experiment& experiment() const { return experiment_; }
  [[nodiscard]] const std::vector<Member>& members() const { return members_; }
  // Of everything that decides the networks.
  [[nodiscard]] const std::string& hash() const { return hash_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::vector<FoldNetwork> networks(int fold) const {
    return networks_of_fold(folder_, fold, members_);
  }
  [[nodiscard]] std::filesystem::path external_folder() const { return folder_ / "external"; }
  [[nodiscard]] std::string name() const { return folder_.filename().string(); }

  [[nodiscard]] const CaseSource& source() const { return source_; }
  [[nodiscard]] const std::optional<CaseSource>& external() const { return external_; }
  // The content of the external data; empty without any.
  [[nodiscard]] std::string external_hash() const;
  // Error(bad_data) for what speaks against the data, before the first job; the rest is logged.
  void check();

  // What follows needs the data set to be there; a virtual cohort is made by a job.
  [[nodiscard]] const Dataset& dataset();
  [[nodiscard]] NetworkIo network_io();
  // Error(bad_data) when its labels or channels are not the networks'.
  [[nodiscard]] const Dataset& external_dataset();
  // Known before the data are only where the experiment says it.
  [[nodiscard]] int folds() const;
  [[nodiscard]] const std::vector<Fold>& splits();
  [[nodiscard]] const Fold& split(int fold);
  [[nodiscard]] std::vector<CachedCase> prepared(const std::vector<std::string>& ids);
  // Predicted by the fold's networks together, or by one member of the ensemble.
  [[nodiscard]] std::vector<PredictedCase> cases_of_fold(int fold, const Member* member = nullptr);
  [[nodiscard]] std::vector<PredictedCase> external_cases();

 private:
  Experiment experiment_;
  std::vector<Member> members_;
  CaseSource source_;
  std::optional<CaseSource> external_;
  std::string hash_;
  std::filesystem::path folder_;
  std::vector<Fold> splits_;
};

}  // namespace myoseg
