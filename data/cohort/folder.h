// A virtual data set on disk: nnU-Net's layout, complete or recognisably not.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/config/tree/node.h"
#include "data/cohort/stack.h"

namespace myoseg::cohort {

struct FolderPlan {
  std::string cohort;               // table entry
  std::string name, description;    // of dataset.json
  std::string prefix;               // of case names: L3_0001
  std::vector<std::string> labels;  // by value, background first
  int first = 1, subjects = 1, readers = 1;
  Node settings;  // everything that decides the content, the seed included
};

struct CohortCase {
  Stack stack;
  std::vector<std::pair<std::string, std::string>> attributes;  // columns of cases.csv after `case`
};

// Writes every case in parallel, then cases.csv, then dataset.json. A folder that holds the same
// cohort completely is left alone, one that holds it in part is written again; any other folder
// that is not empty is an Error(bad_usage). labelsTr holds the first reader's labels,
// labelsTr_reader2 ... those of the others.
void write_folder(const std::filesystem::path& out, const FolderPlan& plan,
                  const std::function<CohortCase(int number)>& make_case);

}  // namespace myoseg::cohort
