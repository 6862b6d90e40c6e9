// Scans and masks that come from outside a run.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/table.h"
#include "data/labels.h"
#include "eval/quantities.h"
#include "eval/scores.h"

namespace myoseg {

// One scan to predict; several files when it has several channels.
struct Scan {
  std::string name;
  std::vector<std::filesystem::path> files;
};
// A file, a DICOM series' folder, a folder of scans (nnU-Net's _0000 endings are understood) or of
// DICOM folders. Throws Error(bad_data) when there is none or a channel is missing.
[[nodiscard]] std::vector<Scan> find_scans(const std::filesystem::path& input, int channels);

// Label maps of any software beside the true ones, matched by name.
struct ExternalMasks {
  struct Item {
    std::string name;
    std::filesystem::path prediction, label, image;  // image may be empty
  };
  std::vector<Item> cases;
  LabelSet labels;
  std::vector<Region> regions;
};
// Throws Error(bad_data) naming the labels without a prediction. Predictions without a label are
// reported and left out.
[[nodiscard]] ExternalMasks find_masks(const std::filesystem::path& predictions,
                                       const std::filesystem::path& labels,
                                       const std::filesystem::path& images,
                                       const std::filesystem::path& dataset_json);
[[nodiscard]] std::vector<Score> score_masks(const ExternalMasks& masks,
                                             const ScoreOptions& options);

// quantities.csv: one row per scan and region.
[[nodiscard]] Table empty_quantities();
void add_quantities(Table& table, const std::string& scan, const std::vector<Quantity>& quantities);

}  // namespace myoseg
