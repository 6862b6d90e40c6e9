// nnU-Net's splits_final.json: folds that come with a data set.
#pragma once

#include <filesystem>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/folds.h"

namespace myoseg {

// Without the cases that data.max_patients drops. Error(bad_data) naming file, fold and case for
// what is wrong with it.
[[nodiscard]] std::vector<Fold> folds_of_file(const std::filesystem::path& file,
                                              const Dataset& dataset);

}  // namespace myoseg
