// Cross-validation splits, grouped by patient.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"

namespace myoseg {

struct ValidationOptions {
  int folds = 5;
  // A column of the attribute table whose values are spread evenly over the folds.
  std::string stratify = "";
  // Of a fold's training patients, set aside to steer training; 0: the held-out fold steers.
  double tuning_fraction = 0.1;
  bool use_splits_file = true;  // splits_final.json decides the folds when the data set has one
};
void describe(Fields& f, ValidationOptions& o);

// What decides the folds when a data set has it (nnU-Net).
inline constexpr const char* kSplitsFile = "splits_final.json";

// Case ids. `tuning` steers the schedule, early stopping and the choice of the best epoch; `test`
// is only predicted.
struct Fold {
  std::vector<std::string> train, tuning, test;
};

// Throws Error(bad_data) when a patient stands on both sides of a fold or is held out in two, or
// there are fewer patients than folds.
[[nodiscard]] std::vector<Fold> make_folds(const Dataset& dataset, const ValidationOptions& options,
                                           std::uint64_t seed);

}  // namespace myoseg
