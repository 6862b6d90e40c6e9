// What a dataset.json says: nnU-Net's second form (channel_names, labels name -> value) and the
// older one of the Medical Decathlon (modality, labels value -> name, training). Inside data/ only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/labels.h"

namespace myoseg {

struct DatasetJson {
  std::string name;                   // empty when it does not say
  std::vector<std::string> channels;  // by number
  LabelSet labels;
  std::vector<RegionOptions> regions;  // labels that are lists of values: unions of the others
  std::string file_ending = ".nii.gz";
  std::optional<std::int64_t> training_count;        // numTraining
  std::optional<std::vector<std::string>> training;  // ids of the list of training cases
};

// Error(bad_data) naming file and line or key.
[[nodiscard]] DatasetJson read_dataset_json(const std::filesystem::path& file);

}  // namespace myoseg
