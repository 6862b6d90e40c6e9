// Several models on the same cases, cross-validated and on an external cohort: what a paper that
// compares architectures prints.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/table/table.h"
#include "eval/agreement/agreement.h"
#include "eval/measure/scores.h"
#include "eval/report/paper_values.h"

namespace myoseg {

// One model on one set of cases.
struct StudySplit {
  std::string name;           // "internal", "external"
  std::vector<Score> scores;  // of every stage
  Table quantities;           // see quantity_table.h; readers as below
};
struct StudyModel {
  std::string label;               // short; no two models share one
  std::vector<StudySplit> splits;  // the same names in the same order for every model
  std::string network = "";        // by name, for what a paper printed of it
};
struct ModelStudy {
  std::vector<StudyModel> models;
  std::vector<std::string> metrics;             // the first one is tested and has its drop shown
  std::vector<std::string> regions;             // in the order of the rows
  std::set<std::string> unions;                 // those made of others
  std::vector<PaperValue> paper_values;         // stand beside the first split
  std::vector<std::string> quantities;          // columns of quantities.csv that agree or do not
  std::string prediction, label;                // who is compared with whom in quantities.csv
  std::map<std::string, std::string> patients;  // of cases; a case without one is its own patient
};

// Writes tables/{splits,agreement,drop,tests}.{csv,md,tex} and the figures into `folder`; gives the
// sections of a page that show them. Sections that would say nothing are left out. Throws as
// compare_runs() does.
[[nodiscard]] std::string study_sections(ModelStudy study, const std::filesystem::path& folder);

}  // namespace myoseg
