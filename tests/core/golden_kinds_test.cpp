#include <gtest/gtest.h>

#include <map>
#include <set>

#include "core/files.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

// Kinds that a runner takes: each is the `kind` some golden_*_test.cpp asks golden_records() for.
const std::set<std::string> kRunnerOf{"formula",       "metric_pair",     "metric_multiclass",
                                      "preprocess_ct", "orientation",     "transform_small",
                                      "postprocess",   "resize2d",        "loss",
                                      "lr_schedule",   "optimizer_steps", "sliding_window",
                                      "icc",           "paired",          "ols",
                                      "groups",        "p_adjust",        "distributions",
                                      "model",         "key_layout"};

// Golden records of kinds that nothing here runs are named rather than passed over, and those that
// lie in this tree all have a runner.
TEST(GoldenKinds, NamesTheKindsWithoutARunner) {
  const bool ours = testing::golden_folder() == testing::source_folder() / "tests/data/golden";
  testing::Tally tally("golden kinds");
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(testing::golden_folder())) {
    if (entry.path().extension() != ".json") continue;
    const auto record = testing::Json::parse(read_file(entry.path()), nullptr, false);
    const std::string kind = record.is_object() ? record.value("kind", "") : "";
    EXPECT_TRUE(!ours || kRunnerOf.contains(kind)) << entry.path();
    if (kRunnerOf.contains(kind))
      tally.ran();
    else
      tally.cannot_run(entry.path().filename().string(),
                       kind.empty() ? "states no kind" : "nothing runs the kind " + kind + " yet");
  }
}

}  // namespace
}  // namespace myoseg
