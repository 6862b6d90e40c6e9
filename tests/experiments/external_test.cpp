// Networks of a run on another institution's cases, and runs against each other on both.
#include <gtest/gtest.h>

#include "core/files.h"
#include "core/hash.h"
#include "core/table/table.h"
#include "tests/experiments/program_test.h"
#include "tests/experiments/tiny.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::tiny;

class External : public testing::ProgramTest {
 protected:
  fs::path only_run() {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "runs"))
      if (fs::exists(entry.path() / "config.yaml")) found = entry.path();
    return found;
  }
};

const std::vector<std::string> kOtherHospital{"external.cohort.name=l3", "external.cohort.site=b",
                                              "external.cohort.first=1001",
                                              "external.cohort.subjects=3"};

TEST_F(External, CasesArePredictedByTheNetworksThatStandAndStamped) {
  run(tiny("run"));
  const fs::path folder = only_run();
  const std::string network = hash_file(folder / "fold_0/best.safetensors");
  std::vector<std::string> more{"run", "--rerun", folder.string()};
  more.insert(more.end(), kOtherHospital.begin(), kOtherHospital.end());
  const auto outcome = run(more);
  EXPECT_EQ(outcome.text.find("epoch 1/"), std::string::npos) << "trained again: " << outcome.text;
  EXPECT_EQ(only_run(), folder);
  EXPECT_EQ(hash_file(folder / "fold_0/best.safetensors"), network);
  EXPECT_NE(read_file(folder / "external/models.json").find(network), std::string::npos);
  const Table scores = read_csv(folder / "external/scores.csv");
  ASSERT_FALSE(scores.rows.empty());
  for (const auto& row : scores.rows) EXPECT_EQ(row[scores.column("fold")], "-1");
  const Table drop = read_csv(folder / "tables/drop.csv");
  ASSERT_FALSE(drop.rows.empty());
  EXPECT_EQ(drop.rows[0][drop.column("n_to")], "3");
  EXPECT_NE(read_file(folder / "report.html").find("From internal to external"), std::string::npos);
}

TEST_F(External, LabelsOfAnotherTaskAreRefused) {
  run({"synthesize", "cohort=thigh", "cohort.subjects=1", "cohort.size=64", "cohort.slices=2",
       "out=thighs"});
  const auto outcome = run(tiny("run", {"external.root=thighs"}), 3);
  expect_words(outcome, {"external.root=", "labels", "data.merge"});
}

TEST_F(External, ASweepComparesItsRunsOnBothSplits) {
  std::vector<std::string> more{"-m", "optimizer.lr=0.01,0.003"};
  more.insert(more.end(), kOtherHospital.begin(), kOtherHospital.end());
  run(tiny("run", more));
  const fs::path sweep = fs::directory_iterator(folder_.path() / "runs/sweeps")->path();
  const Table splits = read_csv(sweep / "tables/splits.csv");
  EXPECT_EQ(splits.rows.size(), 2U * 2U * 6U);  // runs, splits, regions
  EXPECT_FALSE(read_csv(sweep / "tables/tests.csv").rows.empty());
  EXPECT_FALSE(read_csv(sweep / "tables/drop.csv").rows.empty());
  EXPECT_FALSE(read_csv(sweep / "tables/agreement.csv").rows.empty());
  const std::string page = read_file(sweep / "report.html");
  EXPECT_NE(page.find("Paired tests between models"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
