// What a run keeps of its data set, so that its networks can be used where the data set is not.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/folds.h"
#include "eval/predict/predictor.h"
#include "experiments/members.h"

namespace myoseg {

struct DataSummary {
  std::string name;
  LabelSet labels;
  std::vector<Region> regions;
  std::vector<std::string> channels;
  std::map<std::string, std::string> patients;  // of the cases that are not their own patient
  std::string grouping;                         // what says so, see Dataset
  std::map<std::string, std::map<std::string, std::string>> attributes;  // of cases, by column
};
[[nodiscard]] DataSummary data_summary(const Dataset& dataset);
// The regions that are made of labels.
[[nodiscard]] std::set<std::string> unions_of(const DataSummary& data);
[[nodiscard]] std::string describe_data(const Dataset& dataset);  // JSON
[[nodiscard]] DataSummary read_data_summary(const std::filesystem::path& file);
[[nodiscard]] std::string describe_splits(const std::vector<Fold>& splits);  // JSON

// Error(bad_data) naming both data sets unless they have the same labels and as many channels.
void check_same_task(const Dataset& external, const Dataset& trained);

// Where preprocessed cases lie.
[[nodiscard]] std::filesystem::path case_cache(const std::filesystem::path& cache);

// Content hashes of every file the data set is made of, and of all of them together.
struct DataHashes {
  std::string all;
  std::vector<std::pair<std::string, std::string>> files;  // relative to the data set's root
};
// `cache`: the folder of preprocessed cases, which remembers hashes.
[[nodiscard]] DataHashes hash_data(const Dataset& dataset, const std::filesystem::path& cache);

// JSON: which networks predicted (their checkpoints, relative to `run_folder`, with content hashes)
// and on which data.
[[nodiscard]] std::string describe_models(const std::filesystem::path& run_folder,
                                          const std::vector<FoldNetwork>& networks,
                                          const std::string& data_hash);

// The same in one line.
[[nodiscard]] std::string read_models(const std::filesystem::path& file);
// The hash of the external data that a run has predicted; empty: none.
[[nodiscard]] std::string external_data(const std::filesystem::path& run_folder);

// Parameters of the experiment's networks together on the data of this run's folder; 0 before it is
// prepared.
[[nodiscard]] std::int64_t network_parameters(const std::filesystem::path& run_folder,
                                              const Experiment& experiment);

// The size that networks are trained on, slowest axis first: three numbers for patches of volumes,
// two for slices; empty where slices have their own.
[[nodiscard]] std::vector<std::int64_t> trained_size(const Experiment& experiment);
// What the data and that size dictate to the experiment's networks.
[[nodiscard]] NetworkIo network_io(const Experiment& experiment, std::size_t channels, int classes);

// Of the run with that hash these networks, each with its member's weight. Error(bad_data) naming
// member and file where a checkpoint of an ensemble is missing, or is not that member's of that
// fold and run.
[[nodiscard]] Predictor load_predictor(const Experiment& experiment, const DataSummary& data,
                                       const std::vector<FoldNetwork>& networks,
                                       const std::string& run_hash, at::Device device);

}  // namespace myoseg
