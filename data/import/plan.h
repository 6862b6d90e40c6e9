// Which series of an archive become cases, and why the others do not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/import/archive.h"
#include "data/import/pseudonyms.h"
#include "data/import/rules.h"
#include "data/io/dicom/series.h"

namespace myoseg {

struct PlannedSeries {
  ArchivedSeries series;
  std::string patient, case_id;  // pseudonyms
  std::int64_t slices = 0;       // of the stack that would be taken; files where it is not known
  std::optional<Geometry> geometry;  // of the image, where the rules asked for it
  std::vector<ArchivedLabel> labels;
  std::string refusal;             // why it is not taken, without any name; "" when it is
  std::string problem;             // the same with files' names, for the manifest
  std::vector<std::string> notes;  // other stacks of the series
  [[nodiscard]] bool taken() const { return refusal.empty(); }
};

// In the archive's order. Headers of slices are read of those series alone that the rules allow by
// the header of their first file. Error(failed) when two series get one pseudonym.
[[nodiscard]] std::vector<PlannedSeries> plan_import(Archive archive, const ImportRules& rules,
                                                     const Pseudonyms& pseudonyms);

// The headers of the stack that is taken of a series: its largest.
[[nodiscard]] std::vector<SliceHeader> stack_of(const ArchivedSeries& series,
                                                std::vector<std::string>* others = nullptr);

// The labels' names and what becomes them: the rules' own, else one a structure that any label of a
// taken series has, by name. Error(bad_data) for more than 255.
[[nodiscard]] std::vector<LabelRule> labels_of(const std::vector<PlannedSeries>& plan,
                                               const ImportRules& rules);

// A sentence without what it says of files: their names may name a person.
[[nodiscard]] std::string without_names(std::string sentence, const ArchivedSeries& series);

}  // namespace myoseg
