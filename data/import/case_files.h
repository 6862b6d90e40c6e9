// One case of an import: its image, its label, and its row in the table of attributes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/import/plan.h"

namespace myoseg {

struct ImportedCase {
  std::vector<std::string> row;    // of case_columns()
  std::vector<std::string> notes;  // of the labels: overlaps, structures that no label takes
};
[[nodiscard]] const std::vector<std::string>& case_columns();

// imagesTr/CASE_0000.nii.gz and labelsTr/CASE.nii.gz in `out`; without a label imagesTs alone.
struct CaseFiles {
  std::filesystem::path image, label;  // the label: empty without one
};
[[nodiscard]] CaseFiles case_files(const PlannedSeries& planned, const std::filesystem::path& out);

// Reads the series and its labels and writes the files. Error(bad_data), without any name of the
// archive's, when an image cannot be read or a label does not fit it.
[[nodiscard]] ImportedCase import_case(const PlannedSeries& planned, const ImportRules& rules,
                                       const std::vector<LabelRule>& labels,
                                       const Pseudonyms& pseudonyms,
                                       const std::filesystem::path& out);

}  // namespace myoseg
