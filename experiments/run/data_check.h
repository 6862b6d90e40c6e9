// What is wrong with a run's data, said before its first job.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/finding.h"
#include "data/dataset/folds.h"

namespace myoseg {

struct CheckedData {
  const Dataset& dataset;
  const std::vector<Finding>& of_files;  // what loading it found
  const std::vector<Fold>& folds;        // empty: none are trained on it
  std::string hash;                      // of its content
};
// Error(bad_data) for what `inspect` calls fatal; the rest becomes warnings, a line for each kind.
// Cases are read once for a content: `cache` remembers what was found.
void check_data(const CheckedData& data, const std::filesystem::path& cache);

}  // namespace myoseg
