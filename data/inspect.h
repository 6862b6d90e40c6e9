// What is wrong with a data set, found before hours are spent on it.
#pragma once

#include <string>
#include <vector>

#include "data/dataset.h"

namespace myoseg {

struct Finding {
  bool fatal = false;  // training would be wrong
  std::string subject; // case id or file
  std::string sentence;
};

// Every case is read once, in parallel; findings come in the order of the cases. Checks: DESIGN of `myoseg inspect`.
[[nodiscard]] std::vector<Finding> inspect(const Dataset& dataset);
// Extra or missing files, which need the folder rather than the cases.
[[nodiscard]] std::vector<Finding> inspect_files(const DataOptions& options);

}  // namespace myoseg
