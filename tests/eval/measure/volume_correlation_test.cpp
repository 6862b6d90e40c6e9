#include "eval/measure/volume_correlation.h"

#include <gtest/gtest.h>

namespace myoseg {
namespace {

void add(std::vector<Score>& scores, const std::string& id, const std::string& region,
         double truth_ml, double prediction_ml, Stage stage = Stage::final) {
  scores.push_back({"run", 0, id, region, stage, std::string(kTruthVolume), truth_ml});
  scores.push_back({"run", 0, id, region, stage, std::string(kPredictionVolume), prediction_ml});
}

// Anscombe's first set (The American Statistician 27, 1973) as volumes.
TEST(VolumeCorrelation, IsPearsonsWithFishersInterval) {
  const double truth[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5};
  const double predicted[] = {8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68};
  std::vector<Score> scores;
  for (int c = 0; c < 11; ++c) {
    add(scores, "c" + std::to_string(c), "psoas", truth[c], predicted[c]);
    add(scores, "c" + std::to_string(c), "psoas", truth[c], 1, Stage::raw);
  }
  const auto found = volume_correlations(scores, Stage::final, {"psoas"});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].pearson.n, 11);
  EXPECT_NEAR(found[0].pearson.coefficient.value, 0.81642051634484, 1e-12);  // R: cor.test(x1, y1)
  EXPECT_NEAR(found[0].pearson.ci.low, 0.4243912, 1e-7);
  EXPECT_NEAR(found[0].pearson.ci.high, 0.9506933, 1e-7);
}

// Nothing in truth and prediction is no measurement; a missed structure is one of 0 ml.
TEST(VolumeCorrelation, CountsTheCasesInWhichEitherHasTheRegion) {
  std::vector<Score> scores;
  add(scores, "a", "psoas", 0, 0);
  add(scores, "b", "psoas", 10, 0);
  add(scores, "c", "psoas", 20, 21);
  add(scores, "d", "psoas", 0, 3);
  EXPECT_EQ(volume_correlations(scores, Stage::final, {"psoas"})[0].pearson.n, 3);
}

TEST(VolumeCorrelation, SaysWhyThereIsNone) {
  std::vector<Score> scores;
  add(scores, "a", "psoas", 10, 9);
  add(scores, "a", "fat", 10, 9);
  add(scores, "b", "fat", 10, 9);
  const auto found = volume_correlations(scores, Stage::final, {"psoas", "fat", "liver"});
  ASSERT_EQ(found.size(), 3U);
  const Table table = volume_correlation_table(found);
  for (const auto& row : table.rows) {
    ASSERT_EQ(row.size(), table.columns.size());
    EXPECT_EQ(row[2], "NA") << row[0];
    EXPECT_FALSE(row.back().empty()) << row[0];
  }
}

}  // namespace
}  // namespace myoseg
