// The cases of a data set's folders, and what is odd about the files there. Inside data/ only.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/finding.h"

namespace myoseg {

struct CaseFolders {
  std::filesystem::path root;
  std::string images, labels;  // their names in it
  bool labels_needed = true;
};
// The cases of which every file is there, sorted by id: those in `listed` when it is given. Fatal
// findings: a channel or label that is missing or there twice. Others: files that are not used.
[[nodiscard]] std::vector<Case> find_cases(const CaseFolders& folders,
                                           const std::vector<std::string>& channels,
                                           const std::string& file_ending,
                                           const std::optional<std::vector<std::string>>& listed,
                                           std::vector<Finding>& findings);

// Gives every case its row of the attribute table and its patient. Error(bad_data) for a table
// without the columns `case` and `patient_column` (unless that is empty: each case is a patient of
// its own), without a row for any case, with a case or column twice, or with names that lost their
// leading zeros. Findings: cases without a row, rows without a case.
void add_attributes(Dataset& dataset, const std::filesystem::path& table,
                    const std::string& patient_column, std::vector<Finding>& findings);

}  // namespace myoseg
