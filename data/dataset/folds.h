// Who trains and who is tested: cross-validation, one site left out after the other, or fixed test
// cases; grouped by patient everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/dataset/dataset.h"

namespace myoseg {

enum class ValidationScheme { folds, leave_one_out, fixed };
constexpr std::array<std::string_view, 3> choice_names(ValidationScheme) {
  return {"folds", "leave_one_out", "fixed"};
}

struct ValidationOptions {
  ValidationScheme scheme = ValidationScheme::folds;
  int folds = 5;            // of scheme=folds
  std::string by = "site";  // of scheme=leave_one_out: the column of the attribute table
  // Of scheme=fixed: cases or patients; empty: as many patients, drawn by the seed.
  std::vector<std::string> test;
  int test_patients = 20;
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
  std::string name = "";  // of scheme=leave_one_out: the value that is held out
};

// Throws Error(bad_data) when a patient stands on both sides of a fold or is held out in two, when
// there are fewer patients than it takes, and when a column or case that the options name is not
// there.
[[nodiscard]] std::vector<Fold> make_folds(const Dataset& dataset, const ValidationOptions& options,
                                           std::uint64_t seed);
// How many folds the options alone say there are; none: the data decide.
[[nodiscard]] std::optional<int> known_folds(const ValidationOptions& options);

// "5 folds by patient", "180 training and 20 test cases, fixed", "leave one site out: a, b".
[[nodiscard]] std::string validation_note(const ValidationOptions& options,
                                          const std::vector<Fold>& folds);

}  // namespace myoseg
