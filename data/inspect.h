// What is wrong with a data set, found before hours are spent on it.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"

namespace myoseg {

struct Finding {
  bool fatal = false;   // training would be wrong
  std::string subject;  // case id or file
  std::string sentence;
};

// Reads every case once, in parallel, one per thread at a time; findings come in the order of the
// cases, then those between cases. Fatal: unreadable files, channels or label on another grid,
// values that are no numbers, label values that dataset.json does not name, the same voxels under
// two names, splits that mix a patient. Not fatal: values that are no Hounsfield units, labels
// without foreground, odd spacing.
[[nodiscard]] std::vector<Finding> inspect(const Dataset& dataset);

// What needs the folder rather than the cases: missing (fatal) and superfluous files, rows of the
// attribute table without a case and cases without a row, a count that differs from numTraining.
// Throws Error(bad_data) when there is no valid dataset.json.
[[nodiscard]] std::vector<Finding> inspect_files(const DataOptions& options);

// A page of text: counts, ranges of size and spacing, how common each label is (every label map is
// read once more), then the findings, fatal ones first.
[[nodiscard]] std::string report_text(const std::vector<Finding>& findings, const Dataset& dataset);

}  // namespace myoseg
