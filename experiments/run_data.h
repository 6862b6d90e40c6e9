// What a run keeps of its data set, so that its networks can be used where the data set is not.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
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

// Content hashes of every file the data set is made of, and of all of them together.
struct DataHashes {
  std::string all;
  std::vector<std::pair<std::string, std::string>> files;  // relative to the data set's root
};
// `cache`: the folder of preprocessed cases, which remembers hashes.
[[nodiscard]] DataHashes hash_data(const Dataset& dataset, const std::filesystem::path& cache);

// Parameters of the experiment's network on the data of this run's folder; 0 before it is prepared.
[[nodiscard]] std::int64_t network_parameters(const std::filesystem::path& run_folder,
                                              const Experiment& experiment);

// An ensemble of the networks in these checkpoints.
[[nodiscard]] Predictor load_predictor(const Experiment& experiment, const DataSummary& data,
                                       const std::vector<std::filesystem::path>& checkpoints,
                                       const std::string& device);

}  // namespace myoseg
