// What a run keeps of its data set, so that its networks can be used where the data set is not.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/folds.h"
#include "eval/predictor.h"
#include "experiments/experiment.h"

namespace myoseg {

struct DataSummary {
  LabelSet labels;
  std::vector<Region> regions;
  std::vector<std::string> channels;
};
[[nodiscard]] DataSummary data_summary(const Dataset& dataset);
[[nodiscard]] std::string describe_data(const Dataset& dataset);  // JSON
[[nodiscard]] DataSummary read_data_summary(const std::filesystem::path& file);
[[nodiscard]] std::string describe_splits(const std::vector<Fold>& splits);  // JSON

// Hash of the content of every file the data set is made of.
[[nodiscard]] std::string fingerprint(const Dataset& dataset);

// The channels of one case in one image; Error(bad_data) when their geometries differ.
[[nodiscard]] Image read_channels(const std::vector<std::filesystem::path>& files);

// An ensemble of the networks in these checkpoints.
[[nodiscard]] Predictor load_predictor(const Experiment& experiment, const DataSummary& data,
                                       const std::vector<std::filesystem::path>& checkpoints,
                                       const std::string& device);

}  // namespace myoseg
