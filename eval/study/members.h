// An ensemble beside its members, on the same cases.
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "eval/measure/scores.h"
#include "eval/report/paper_values.h"

namespace myoseg {

struct ScoredMember {
  std::string label;          // no two share one
  double weight = 1;          // of its probabilities
  std::vector<Score> scores;  // of every stage, of the ensemble's cases
};
struct EnsembleStudy {
  std::vector<ScoredMember> members;
  std::string model;                     // what the ensemble is called, see PaperValue::model
  std::vector<Score> scores;             // of the ensemble
  std::vector<std::string> metrics;      // columns; of the first the difference is tested
  std::vector<std::string> regions;      // in the order of the rows
  std::set<std::string> unions;          // those made of others
  std::vector<PaperValue> paper_values;  // a member has those that name it
  std::map<std::string, std::string> patients;  // of cases; a case without one is its own patient
};

// Writes tables/members.{csv,md,tex} into `folder`; gives the section of a page that shows the
// table: of each region one row a member and one of the ensemble, with the member's paired
// difference to it. Throws as compare_runs() does.
[[nodiscard]] std::string members_section(const EnsembleStudy& study,
                                          const std::filesystem::path& folder);

}  // namespace myoseg
