#include "eval/study/members.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "core/table/table.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

// A case for each value, of psoas; the Jaccard index follows from the Dice score.
std::vector<Score> scores(const std::vector<double>& dice) {
  std::vector<Score> made;
  for (std::size_t i = 0; i < dice.size(); ++i)
    for (const auto& [metric, value] : {std::pair<std::string, double>{"dice", dice[i]},
                                        {"jaccard", dice[i] / (2 - dice[i])},
                                        {"truth_volume_ml", 10},
                                        {"prediction_volume_ml", 10}})
      made.push_back({"run", 0, "case" + std::to_string(i), "psoas", Stage::final, metric, value});
  return made;
}

EnsembleStudy two_members() {
  EnsembleStudy study;
  study.members = {{"unetplusplus", 0.25, scores({0.90, 0.92, 0.94, 0.96})},
                   {"manet", 0.75, scores({0.88, 0.90, 0.93, 0.91})}};
  study.model = "unetplusplus+manet";
  study.scores = scores({0.92, 0.93, 0.95, 0.96});
  study.metrics = {"dice", "jaccard"};
  study.regions = {"psoas"};
  study.paper_values = {{"psoas", "dice", 0.98, 0}, {"psoas", "jaccard", 0.9, 0, "manet"}};
  return study;
}

class Members : public ::testing::Test {
 protected:
  Members() : markup_(members_section(two_members(), folder_.path())) {
    table_ = read_csv(folder_ / "tables/members.csv");
  }
  [[nodiscard]] std::string text(std::size_t row, const char* column) const {
    return table_.rows.at(row)[table_.column(column)];
  }
  [[nodiscard]] double number(std::size_t row, const char* column) const {
    return table_.number(row, table_.column(column));
  }
  testing::TemporaryFolder folder_;
  std::string markup_;
  Table table_;
};

TEST_F(Members, EachHasARowBesideTheEnsembles) {
  ASSERT_EQ(table_.rows.size(), 3U);
  EXPECT_EQ(text(0, "model"), "unetplusplus");
  EXPECT_EQ(text(1, "model"), "manet");
  EXPECT_EQ(text(2, "model"), "ensemble");
  EXPECT_EQ(number(1, "weight"), 0.75);
  EXPECT_EQ(text(0, "n"), "4");
  EXPECT_NEAR(number(0, "dice_mean"), 0.93, 1e-9);
  EXPECT_NEAR(number(0, "dice_sd"), 0.0258199, 1e-6);
  EXPECT_NEAR(number(2, "dice_mean"), 0.94, 1e-9);
  EXPECT_NEAR(number(2, "jaccard_mean"),
              (0.92 / 1.08 + 0.93 / 1.07 + 0.95 / 1.05 + 0.96 / 1.04) / 4, 1e-9);
}

TEST_F(Members, DifferencesArePairedWithTheEnsemble) {
  EXPECT_NEAR(number(0, "dice_difference"), -0.01, 1e-9);
  EXPECT_NEAR(number(1, "dice_difference"), -0.035, 1e-9);
  EXPECT_LE(number(1, "dice_difference_low"), -0.035);
  EXPECT_GE(number(1, "dice_difference_high"), -0.035);
  // Exact, of four differences below zero: 2 / 2^4, times two tests.
  EXPECT_NEAR(number(1, "dice_p_holm"), 0.25, 1e-9);
  EXPECT_EQ(text(2, "dice_difference"), "NA");
}

TEST_F(Members, WhatThePaperPrintedStandsBesideItsOwnModel) {
  EXPECT_EQ(text(0, "dice_paper"), "NA");
  EXPECT_EQ(number(2, "dice_paper"), 0.98);
  EXPECT_EQ(number(1, "jaccard_paper"), 0.9);
  EXPECT_EQ(text(2, "jaccard_paper"), "NA");
}

// As an experiment's rows are on a data set with other structures.
TEST_F(Members, ARegionThatNobodyScoredHasEmptyRows) {
  EnsembleStudy study = two_members();
  study.regions = {"rectus", "psoas"};
  EXPECT_NE(members_section(study, folder_.path()).find("Rectus"), std::string::npos);
  const Table table = read_csv(folder_ / "tables/members.csv");
  ASSERT_EQ(table.rows.size(), 6U);
  EXPECT_EQ(table.rows[0][table.column("n")], "0");
  EXPECT_EQ(table.rows[0][table.column("dice_difference")], "NA");
  EXPECT_NEAR(table.number(3, table.column("dice_difference")), -0.01, 1e-9);
  EXPECT_NEAR(table.number(4, table.column("dice_p_holm")), 0.25, 1e-9) << "of two tests still";
}

TEST_F(Members, ThePageHasThemInASection) {
  for (const char* part : {"Members of the ensemble", "unetplusplus", "0.930 ± 0.026", "Wilcoxon"})
    EXPECT_NE(markup_.find(part), std::string::npos) << part << "\n" << markup_;
  EXPECT_NE(read_file(folder_ / "tables/members.md").find("manet"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "tables/members.tex"));
}

}  // namespace
}  // namespace myoseg
