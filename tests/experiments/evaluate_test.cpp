// Masks in folders: against the truth, of readers as equals, and tables of numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/files.h"
#include "core/table.h"
#include "data/image_io.h"
#include "eval/scores.h"
#include "tests/experiments/program.h"
#include "tests/experiments/tiny.h"
#include "tests/testing/golden.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;
using testing::Outcome;
using testing::run_program;

class Evaluate : public ::testing::Test {
 protected:
  // A box of label 1 from x = 2 to `end`, in slice 1 of 4, 6 voxels high: (end - 2) * 6 voxels of
  // 2 x 2 x 5 mm, 0.02 ml each.
  static LabelMap box(std::int64_t end, double origin = 0) {
    Geometry g;
    g.size = {20, 12, 4};
    g.spacing = {2, 2, 5};
    g.origin = {origin, 0, 0};
    LabelMap map(g, 1);
    for (std::int64_t y = 3; y < 9; ++y)
      for (std::int64_t x = 2; x < end; ++x) map.at(x, y, 1) = 1;
    return map;
  }
  void write(const std::string& file, const LabelMap& map) {
    write_label_map(folder_ / file, map, {});
  }
  // Three cases; the prediction is one column wider, the same, one narrower.
  void three_cases() {
    const std::int64_t truth[] = {8, 10, 12}, predicted[] = {9, 10, 11};
    for (int c = 0; c < 3; ++c) {
      const std::string name = "case_" + std::to_string(c) + ".nii.gz";
      write("labels/" + name, box(truth[c]));
      write("predictions/" + name, box(predicted[c]));
    }
    // What nnU-Net writes beside its masks.
    write_file(folder_ / "predictions/dataset.json",
               R"({"channel_names": {"0": "CT"}, "labels": {"background": 0, "muscle": 1},
                   "numTraining": 3, "file_ending": ".nii.gz"})");
    write_file(folder_ / "predictions/plans.json", "{}");
  }
  Outcome run(std::vector<std::string> arguments, int code = 0) {
    Outcome outcome = run_program(folder_.path(), arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return outcome;
  }
  void expect_words(const Outcome& outcome, const std::vector<std::string>& words) {
    for (const std::string& word : words)
      EXPECT_NE(outcome.text.find(word), std::string::npos)
          << "no '" << word << "' in: " << outcome.text;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Evaluate, NnunetsOutputFolder) {
  three_cases();
  run({"evaluate", "predictions=predictions", "labels=labels", "out=out"});
  std::map<std::string, double> dice;
  for (const Score& score : read_scores(folder_ / "out/scores.csv"))
    if (score.metric == "dice") {
      dice[score.case_id] = score.value;
      EXPECT_EQ(score.region, "muscle");
    }
  EXPECT_DOUBLE_EQ(dice.at("case_0"), 2.0 * 36 / (36 + 42));
  EXPECT_DOUBLE_EQ(dice.at("case_1"), 1);
  const Table pairs = read_csv(folder_ / "out/tables/pairs.csv");
  ASSERT_EQ(pairs.rows.size(), 1U);
  // Differences of 0.12, 0 and -0.12 ml.
  EXPECT_NEAR(pairs.number(0, pairs.column("bias")), 0, 1e-12);
  EXPECT_NEAR(pairs.number(0, pairs.column("sd")), 0.12, 1e-12);
  EXPECT_NEAR(pairs.number(0, pairs.column("pearson_r")), 1, 1e-12);
  const std::string page = read_file(folder_ / "out/report.html");
  EXPECT_NE(page.find("Agreement of prediction and label"), std::string::npos);
}

TEST_F(Evaluate, QuantitiesOfBothMasks) {
  three_cases();
  Geometry g = box(8).geometry;
  for (int c = 0; c < 3; ++c)
    write_image(folder_ / ("images/case_" + std::to_string(c) + "_0000.nii.gz"),
                Image(g, 1, static_cast<float>(40 + 10 * c)));
  write_file(folder_ / "cases.csv", "case,height_m\ncase_0,2\ncase_2,1\n");
  run({"evaluate", "predictions=predictions", "labels=labels", "images=images", "out=out",
       "cases=cases.csv"});
  const Table table = read_csv(folder_ / "out/quantities.csv");
  ASSERT_EQ(table.rows.size(), 4U);  // case_1 is not in the table of cases
  EXPECT_EQ(table.rows[0][table.column("scan")], "case_0");
  EXPECT_EQ(table.rows[0][table.column("reader")], "prediction");
  EXPECT_EQ(table.rows[1][table.column("reader")], "label");
  EXPECT_NEAR(table.number(1, table.column("volume_ml")), 0.72, 1e-9);
  EXPECT_NEAR(table.number(1, table.column("mean_area_cm2")), 1.44, 1e-9);
  EXPECT_NEAR(table.number(1, table.column("smi_cm2_m2")), 0.36, 1e-9);
  EXPECT_NEAR(table.number(3, table.column("mean_hu")), 60, 1e-9);
  EXPECT_NEAR(table.number(3, table.column("lean_muscle_fraction")), 1, 1e-9);
}

TEST_F(Evaluate, AnotherGridIsNamedWithTheWayOut) {
  three_cases();
  write("predictions/case_1.nii.gz", box(10, 4));
  const std::vector<std::string> command{"evaluate", "predictions=predictions", "labels=labels",
                                         "out=out"};
  expect_words(run(command, 3), {"case_1", "predictions/case_1.nii.gz", "labels/case_1.nii.gz",
                                 "(4, 0, 0)", "(0, 0, 0)", "resample_to=labels"});
  std::vector<std::string> resampled = command;
  resampled.emplace_back("resample_to=labels");
  run(resampled);
  for (const Score& score : read_scores(folder_ / "out/scores.csv"))
    if (score.metric == "dice" && score.case_id == "case_1") {
      // Shifted by two voxels of eight columns.
      EXPECT_DOUBLE_EQ(score.value, 0.75);
    }
}

TEST_F(Evaluate, WhatHasNoPartnerIsNamed) {
  three_cases();
  fs::remove(folder_ / "predictions/case_2.nii.gz");
  expect_words(run({"evaluate", "predictions=predictions", "labels=labels"}, 3),
               {"predictions=predictions", "case_2"});
  expect_words(run({"evaluate", "predictions=predictions", "labels=nowhere"}, 3), {"nowhere"});
}

TEST_F(Evaluate, AValueWithoutANameIsAnError) {
  three_cases();
  LabelMap map = box(10);
  map.at(0, 0, 0) = 7;
  write("predictions/case_1.nii.gz", map);
  expect_words(run({"evaluate", "predictions=predictions", "labels=labels"}, 3),
               {"case_1", "value 7", "dataset="});
}

TEST_F(Evaluate, ThreeReaders) {
  three_cases();
  for (int c = 0; c < 3; ++c) write("third/case_" + std::to_string(c) + ".nii.gz", box(8 + 2 * c));
  run({"agreement", "masks=[predictions,labels,third]", "out=out"});
  const Table icc = read_csv(folder_ / "out/tables/icc.csv");
  ASSERT_EQ(icc.rows.size(), 6U);
  EXPECT_EQ(icc.rows[0][icc.column("readers")], "3");
  const Table pairs = read_csv(folder_ / "out/tables/pairs.csv");
  ASSERT_EQ(pairs.rows.size(), 3U);
  EXPECT_EQ(pairs.rows[2][pairs.column("first")], "labels");
  EXPECT_EQ(pairs.rows[2][pairs.column("second")], "third");
  EXPECT_NEAR(pairs.number(2, pairs.column("lin_ccc")), 1, 1e-12);
  EXPECT_NE(read_file(folder_ / "out/report.html").find("predictions against labels"),
            std::string::npos);
  expect_words(run({"agreement", "masks=[labels]"}, 2), {"at least two folders"});
}

// Without the predictions that the scores were made from.
TEST(ReportAgain, IsMadeFromTheScores) {
  const testing::TemporaryFolder folder;
  const auto run = [&](const std::vector<std::string>& arguments, int code) {
    const Outcome outcome = run_program(folder.path(), arguments);
    EXPECT_EQ(outcome.code, code) << outcome.text;
    return outcome.text;
  };
  run(testing::tiny("run", {"train.epochs=1", "cohort.subjects=4"}), 0);
  const fs::path made = fs::directory_iterator(folder / "runs")->path();
  const auto trained = fs::last_write_time(made / "fold_0/last.safetensors");
  fs::remove(made / "report.html");
  fs::remove_all(made / "fold_0/predictions");
  const std::string text =
      run({"report", made.string(), "report.title=Once more", "report.metrics=[jaccard]"}, 0);
  EXPECT_NE(text.find("| region | n | missed | Jaccard"), std::string::npos) << text;
  EXPECT_NE(read_file(made / "report.html").find("<h1>Once more</h1>"), std::string::npos);
  EXPECT_EQ(fs::last_write_time(made / "fold_0/last.safetensors"), trained);
  EXPECT_NE(run({"report", made.string(), "train.epochs=3"}, 2).find("another run"),
            std::string::npos);
  fs::remove(made / "scores.csv");
  EXPECT_NE(run({"report", made.string()}, 3).find("scores.csv"), std::string::npos);
}

// Two people's contours of the same patients; SciPy's numbers.
TEST(TwoReaders, MetricsAreThoseThatWereComputedElsewhere) {
  const fs::path data = testing::source_folder() / "tests/data/samples/two_readers";
  const testing::TemporaryFolder folder;
  const Outcome outcome = run_program(
      folder.path(),
      {"agreement",
       "masks=[" + (data / "oncologist").string() + "," + (data / "radiographer").string() + "]",
       "metrics=[dice,hd95,assd,hd]", "out=out"});
  ASSERT_EQ(outcome.code, 0) << outcome.text;
  std::map<std::string, double> found;
  for (const Score& score : read_scores(folder / "out/scores.csv"))
    found[score.case_id + " " + score.region + " " + score.metric] = score.value;
  const Table expected = read_csv(data / "expected_metrics.csv");
  const std::map<std::string, std::string> columns{{"dice", "dice"},
                                                   {"hd95", "hd95_mm"},
                                                   {"assd", "assd_mm"},
                                                   {"hd", "hd_mm"},
                                                   {"volume_prediction_ml", "vol_onc_cm3"},
                                                   {"volume_truth_ml", "vol_rad_cm3"}};
  for (std::size_t r = 0; r < expected.rows.size(); ++r)
    for (const auto& [metric, column] : columns) {
      const std::string key =
          expected.rows[r][0] + " " + expected.rows[r][expected.column("organ")] + " " + metric;
      ASSERT_TRUE(found.contains(key)) << key;
      // Printed with six decimals, volumes with five.
      EXPECT_NEAR(found.at(key), expected.number(r, expected.column(column)),
                  metric.starts_with("volume") ? 5.1e-6 : 6e-7)
          << key;
    }
}

class Statistics : public Evaluate {};

TEST_F(Statistics, ColumnsOfOneTable) {
  write_file(folder_ / "t.csv", "case,a,b\nx,1,2\ny,2,4\nz,3,6\nw,4,NA\n");
  run({"statistics", "tables=[t.csv]", "columns=[a,b]", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  std::map<std::string, std::size_t> row;
  for (std::size_t r = 0; r < table.rows.size(); ++r) row.emplace(table.rows[r][0], r);
  EXPECT_EQ(table.rows[row.at("bias")][table.column("n")], "3");
  EXPECT_NEAR(table.number(row.at("bias"), table.column("value")), -2, 1e-12);
  EXPECT_NEAR(table.number(row.at("Pearson r"), table.column("value")), 1, 1e-12);
  // All differences are negative: W = 0, exact two-sided p = 2 / 2^3.
  EXPECT_NEAR(table.number(row.at("Wilcoxon W"), table.column("value")), 0, 1e-12);
  EXPECT_NEAR(table.number(row.at("Wilcoxon W"), table.column("p")), 0.25, 1e-12);
}

TEST_F(Statistics, TablesAreJoinedByCase) {
  write_file(folder_ / "one.csv", "case,dice\nx,0.5\ny,0.6\nz,0.8\n");
  write_file(folder_ / "two.csv", "case,dice\nz,0.8\ny,0.7\nx,0.7\n");
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dice]"}),
               {"one.dice - two.dice (n = 3)", "-0.1"});
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dic]"}, 3),
               {"two.dic", "did you mean 'two.dice'"});
  write_file(folder_ / "two.csv", "case,dice\nz,0.8\ny,0.7\n");
  expect_words(run({"statistics", "tables=[one.csv,two.csv]", "columns=[one.dice,two.dice]"}, 3),
               {"same rows", "'x'"});
}

TEST_F(Statistics, GroupsOfOneColumn) {
  write_file(folder_ / "t.csv", "case,sex,smi\na,f,1\nb,f,2\nc,m,3\nd,m,4\n");
  run({"statistics", "tables=[t.csv]", "columns=[smi]", "group=sex", "out=s.csv"});
  const Table table = read_csv(folder_ / "s.csv");
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    if (table.rows[r][0] == "Mann-Whitney U") {
      EXPECT_NEAR(table.number(r, table.column("value")), 0, 1e-12);
      EXPECT_NEAR(table.number(r, table.column("p")), 1.0 / 3, 1e-12);  // 2 of 6 orders
    }
    if (table.rows[r][0] == "difference of means") {
      EXPECT_NEAR(table.number(r, table.column("value")), -2, 1e-12);
    }
  }
}

}  // namespace
}  // namespace myoseg
