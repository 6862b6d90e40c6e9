// Where a run's cases come from: a folder of the user's, or a virtual cohort made on demand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "data/cohort/cohort.h"
#include "data/dataset/dataset.h"
#include "experiments/ledger/jobs.h"
#include "experiments/run/run_data.h"

namespace myoseg {

class CaseSource {
 public:
  // `data` without a root: the virtual cohort, kept in `cache`. Finds out what the content is but
  // makes nothing.
  CaseSource(DataOptions data, Pick<CohortEntry> cohort, std::int64_t seed,
             const std::filesystem::path& cache);

  [[nodiscard]] bool is_virtual() const { return virtual_; }
  [[nodiscard]] const std::filesystem::path& root() const { return data_.root; }
  [[nodiscard]] const DataHashes& hashes() const { return hashes_; }
  // Of a virtual cohort only once it is made.
  [[nodiscard]] const Dataset& dataset();
  // Error(bad_data) for what speaks against training on it with these folds, see data_check.h; of a
  // virtual cohort nothing does.
  void check(const std::vector<Fold>& folds);
  // The job that makes the virtual cohort; runs that share it share the job's marker.
  [[nodiscard]] std::optional<Job> making(const std::string& id) const;

 private:
  DataOptions data_;
  Pick<CohortEntry> cohort_;
  std::int64_t seed_;
  bool virtual_;
  DataHashes hashes_;
  std::filesystem::path cache_;
  std::vector<Finding> findings_;  // of the data set's files
  std::optional<Dataset> dataset_;
};

}  // namespace myoseg
