// Data sets in nnU-Net's layout: imagesTr/ labelsTr/ imagesTs/ labelsTs/ dataset.json
// splits_final.json, and a table of attributes (cases.csv: case, patient, site, age, ...;
// `groups.csv` is understood too).
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "data/dataset/finding.h"
#include "data/labels.h"
#include "data/project/projection_options.h"
#include "data/volume.h"

namespace myoseg {

struct RegionOptions {
  std::string name;
  std::vector<std::string> labels;  // empty: every foreground label
};
void describe(Fields& f, RegionOptions& o);

struct DataOptions {
  std::filesystem::path root;  // folder with dataset.json
  std::string table = "";      // attributes; empty: cases.csv or groups.csv when there
  // Groups cases that must stay in one fold; empty: each case is a patient of its own.
  std::string patient_column = "patient";
  std::vector<RegionOptions> merge;    // labels that become one; empty: as in dataset.json
  std::vector<RegionOptions> regions;  // unions scored beside the labels
  Slices slices = Slices::all;
  int max_patients = 0;  // 0: all; else the first n, for quick trials
  // Radiographs of the scans and labels take their place; none: the scans themselves.
  std::optional<ProjectionOptions> projection;
};
void describe(Fields& f, DataOptions& o);

struct Case {
  std::string id;
  std::string patient;
  std::vector<std::filesystem::path> images;      // one per channel
  std::filesystem::path label;                    // empty when there is none; see read_label
  LabelMerge merge;                               // of the label's values
  std::map<std::string, std::string> attributes;  // by match_key of the column's name
};

struct Dataset {
  std::string name;
  std::filesystem::path root;
  LabelSet labels;              // after data.merge
  std::vector<Region> regions;  // each foreground label, then the unions
  std::vector<std::string> channels;
  std::vector<Case> cases;            // imagesTr, sorted by id
  std::vector<Case> test;             // imagesTs, sorted by id
  std::vector<std::string> left_out;  // cases that data.max_patients drops
  std::string file_ending;      // of images and labels, ".nii.gz" when dataset.json does not say
  std::filesystem::path table;  // of attributes; empty: none
  std::string grouping;         // what says who a case's patient is; empty: nothing

  [[nodiscard]] const Case& find(
      std::string_view id) const;  // Error(bad_data) when there is no such case
};

// The labels of a dataset.json, or of a file that holds nothing else: nnU-Net's {"name": value} or
// the Decathlon's {"value": "name"}.
// By value, which may leave some out; 'ignore' is nnU-Net's name of voxels that are left out.
// Error(bad_data) when two are equal, 0 is no background or 'ignore' is not the highest.
[[nodiscard]] LabelSet read_labels(const std::filesystem::path& dataset_json);
// Each foreground label, then the unions. Error(bad_usage) for a label that is not there.
[[nodiscard]] std::vector<Region> regions_of(const LabelSet& labels,
                                             const std::vector<RegionOptions>& unions);

// data.merge: the labels that it makes, background first, and what the stored values become; labels
// that it does not name become background, ignored voxels stay ignored. Error(bad_usage) for a
// label that is not there or in two merges, and for a name given twice.
struct MergedLabels {
  LabelSet labels;
  LabelMerge merge;
};
[[nodiscard]] MergedLabels merged_labels(const LabelSet& stored,
                                         const std::vector<RegionOptions>& merge);
// A case's label map as the data set's labels mean it: what its file holds, merged.
[[nodiscard]] LabelMap read_label(const Case& item);

// Throws Error(bad_usage) for an empty and Error(bad_data) for a missing folder or dataset.json.
void require_dataset_folder(const std::filesystem::path& root);
// The table that is read; nothing when none is named and there is none.
[[nodiscard]] std::optional<std::filesystem::path> attribute_table(const DataOptions& options);

// Throws Error(bad_data) for a missing root, dataset.json or image and Error(bad_usage) for an
// empty data.root.
[[nodiscard]] Dataset load_dataset(const DataOptions& options);
// The cases that can be used; what is wrong with others, and what is odd about the folder, is added
// to the findings.
[[nodiscard]] Dataset load_dataset(const DataOptions& options, std::vector<Finding>& findings);
// Error(bad_data) when one of them is fatal or there is no case.
void refuse_unusable(const Dataset& dataset, const std::vector<Finding>& findings);

// "8 cases of 4 patients, by column patient of groups.csv".
[[nodiscard]] std::string cases_text(std::size_t cases, std::size_t patients,
                                     const std::string& grouping);
[[nodiscard]] std::string cases_text(const Dataset& dataset);

}  // namespace myoseg
