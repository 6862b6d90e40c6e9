// What is wrong with a data set, found before hours are spent on it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "data/dataset/dataset.h"
#include "data/dataset/finding.h"
#include "data/dataset/folds.h"
#include "data/labels.h"

namespace myoseg {

// What is known of a case whose label could be read.
struct CaseFacts {
  Geometry geometry;
  LabelCounts counts{};  // without ignored voxels
};

struct Inspection {
  std::vector<Finding> findings;
  std::map<std::string, CaseFacts> facts;  // of training cases by id
};
// Reads every case once, in parallel, one per thread at a time; findings come in the order of the
// cases, then those between cases. Fatal: unreadable files, channels or label on another grid,
// values that are no numbers, label values that dataset.json does not name, the same voxels under
// two names. Not fatal: values that are no Hounsfield units, labels without foreground, a label
// that no case has, odd spacing.
[[nodiscard]] Inspection inspect(const Dataset& dataset);

// Fatal: a fold whose training cases have no foreground. Not fatal: labels that no training or no
// held-out case of a fold has, cases that are held out in no fold. `labels`: the values in each
// training case's label.
using LabelsOfCases = std::map<std::string, std::vector<std::uint8_t>>;
[[nodiscard]] std::vector<Finding> inspect_folds(const std::vector<Fold>& folds,
                                                 const Dataset& dataset,
                                                 const LabelsOfCases& labels);
[[nodiscard]] LabelsOfCases labels_of(const Inspection& inspection);

// A page of text: counts, ranges of size and spacing, how common each label is, then the findings,
// fatal ones first.
[[nodiscard]] std::string report_text(const Inspection& inspection, const Dataset& dataset);

}  // namespace myoseg
