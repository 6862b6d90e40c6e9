// Where a run's cases come from: a folder of the user's, or a virtual cohort made on demand; and
// the radiographs that take their place where data.projection asks for them.
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
  // `all`: of the cases that networks see; `files`: of the user's folder.
  [[nodiscard]] const DataHashes& hashes() const { return hashes_; }
  // The cases as they were given: ids, patients, attributes and labels are those of dataset() too.
  // Of a virtual cohort only once it is made.
  [[nodiscard]] const Dataset& original();
  // The cases that networks see. Of a virtual cohort or radiographs only once they are made.
  [[nodiscard]] const Dataset& dataset();
  // Error(bad_data) for what speaks against training on it with these folds, see data_check.h; of a
  // virtual cohort nothing does.
  void check(const std::vector<Fold>& folds);
  // The job that makes the virtual cohort; runs that share it share the job's marker.
  [[nodiscard]] std::optional<Job> making(const std::string& id) const;
  // The job that makes the radiographs of the cases, shared likewise.
  [[nodiscard]] std::optional<Job> projecting(const std::string& id) const;

 private:
  DataOptions data_;       // of the cases as they were given
  DataOptions projected_;  // of their radiographs
  Pick<CohortEntry> cohort_;
  std::int64_t seed_;
  bool virtual_;
  DataHashes hashes_;
  std::string original_hash_;
  std::filesystem::path cache_;
  std::vector<Finding> findings_;  // of the original's files
  std::optional<Dataset> original_, radiographs_;
};

}  // namespace myoseg
