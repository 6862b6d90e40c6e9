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

// The same for a data set of slices of 16 pixels with one label `a`, in the folder ds.
inline std::vector<std::string> tiny_own(const std::string& command,
                                         const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{command,
                                     "experiment=kreher2022",
                                     "data.root=ds",
                                     "postprocess=none",
                                     "preprocess.size=[16,16]",
                                     "model.widths=[4,8]",
                                     "model.bottleneck=8",
                                     "validation.folds=2",
                                     "data.slices=all",
                                     "data.regions=[]",
                                     "report.paper=",
                                     "report.paper_values=[]",
                                     "report.regions=[]",
                                     "report.notes=[]",
                                     "report.headline_region=a",
                                     "metrics=[dice]",
                                     "report.metrics=[dice]",
                                     "runtime.threads=1",
                                     "loader.threads=0",
                                     "schedule=constant",
                                     "train.epochs=1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace myoseg::testing
