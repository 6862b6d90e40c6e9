// Overrides that shrink kreher2022 to seconds.
#pragma once

#include <string>
#include <vector>

namespace myoseg::testing {

inline std::vector<std::string> tiny(const std::string& command,
                                     const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{command,
                                     "experiment=kreher2022",
                                     "preset=quick",
                                     "cohort.subjects=6",
                                     "preprocess.size=[64,64]",
                                     "model.widths=[4,8]",
                                     "model.bottleneck=16",
                                     "validation.folds=2",
                                     "train.epochs=2"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace myoseg::testing
