// Masks in folders: against the truth and of readers as equals.
#include <gtest/gtest.h>

#include <map>

#include "core/files.h"
#include "core/table/table.h"
#include "data/io/image_io.h"
#include "eval/measure/scores.h"
#include "tests/data/io/dicom/dicom_fixture.h"
#include "tests/experiments/program_test.h"

namespace myoseg {
namespace {

namespace fs = std::filesystem;

class Evaluate : public testing::ProgramTest {
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

// Values are not places in the list of labels.
TEST_F(Evaluate, LabelValuesMayLeaveGaps) {
  three_cases();
  for (const char* side : {"labels", "predictions"})
    for (int c = 0; c < 3; ++c) {
      const fs::path file = folder_ / side / ("case_" + std::to_string(c) + ".nii.gz");
      LabelMap map = read_label_map(file);
      for (std::int64_t x = 2; x < 12; ++x) {
        for (std::int64_t y = 3; y < 9; ++y)
          if (map.at(x, y, 1) == 1) map.at(x, y, 1) = 13;
        map.at(x, 10, 1) = 5;  // the same in both
      }
      write_label_map(file, map, {});
    }
  write_file(folder_ / "l.json", R"({"iliacus": 13, "gluteus": 5, "background": 0})");
  const std::vector<std::string> command{"evaluate",       "predictions=predictions",
                                         "labels=labels",  "dataset=l.json",
                                         "metrics=[dice]", "out=out"};
  run(command);
  std::map<std::string, double> dice;
  for (const Score& score : read_scores(folder_ / "out/scores.csv"))
    if (score.metric == "dice") dice[score.case_id + " " + score.region] = score.value;
  EXPECT_DOUBLE_EQ(dice.at("case_0 iliacus"), 2.0 * 36 / (36 + 42));
  EXPECT_DOUBLE_EQ(dice.at("case_0 gluteus"), 1);
  EXPECT_EQ(dice.size(), 6U);
  write_file(folder_ / "l.json", R"({"gluteus": 5, "background": 0, "other": 14})");
  expect_words(run(command, 3), {"has the value 13", "names for 0, 5, 14"});
  write_file(folder_ / "l.json", R"({"gluteus": 5, "background": 0, "other": 5})");
  expect_words(run(command, 3), {"'gluteus' and 'other' both have the value 5"});
}

TEST_F(Evaluate, QuantitiesOfBothMasks) {
  three_cases();
  Geometry g = box(8).geometry;
  for (int c = 0; c < 3; ++c)
    write_image(folder_ / ("images/case_" + std::to_string(c) + "_0000.nii.gz"),
                Image(g, 1, static_cast<float>(40 + 10 * c)));
  write_file(folder_ / "cases.csv", "case,height_m,l3_slice\ncase_0,2,all\ncase_2,1,\n");
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
  const auto with_cases = [&](const std::string& cases, int code) {
    write_file(folder_ / "cases.csv", cases);
    return run({"evaluate", "predictions=predictions", "labels=labels", "images=images", "out=out",
                "cases=cases.csv"},
               code);
  };
  with_cases("case,height_cm,l3_slice\ncase_0,200,1\n", 0);
  const Table again = read_csv(folder_ / "out/quantities.csv");
  EXPECT_NEAR(again.number(1, again.column("smi_cm2_m2")), 0.36, 1e-9);
  expect_words(with_cases("case,height_cm\ncase_0,tall\n", 3), {"cases.csv", "case_0", "'tall'"});
  expect_words(with_cases("case,height_cm,l3_slice\ncase_0,175,-1\n", 3),
               {"l3_slice is -1", "'all'"});
  expect_words(with_cases("case,height_cm\ncase_0,1.75\n", 3),
               {"cases.csv", "1.75", "centimetres"});
}

TEST_F(Evaluate, ScansAreSingleDicomFilesAndFoldersOfThem) {
  write_file(folder_ / "images/l3.dcm", testing::dicom_file({.first = 500}));
  write_file(folder_ / "images/thigh/1.dcm", testing::dicom_file({.z = 0, .first = 520}));
  write_file(folder_ / "images/thigh/2.dcm", testing::dicom_file({.z = 2.5, .first = 520}));
  for (const char* name : {"l3.dcm", "thigh"}) {
    LabelMap map(read_image(folder_ / "images" / name).geometry, 1);
    map.voxels[0] = map.voxels[1] = 1;
    for (const char* reader : {"labels", "predictions"})
      write(std::string(reader) + "/" + fs::path(name).stem().string() + ".nii.gz", map);
  }
  run({"evaluate", "predictions=predictions", "labels=labels", "images=images", "out=out"});
  const Table table = read_csv(folder_ / "out/quantities.csv");
  const std::size_t scan = table.column("scan"), hu = table.column("mean_hu");
  ASSERT_EQ(table.rows.size(), 4U);
  for (std::size_t r = 0; r < 4; ++r)  // stored values of two pixels, times 2, minus 1024
    EXPECT_DOUBLE_EQ(table.number(r, hu), table.rows[r][scan] == "l3" ? -23 : 17);
}

TEST_F(Evaluate, AnotherGridIsNamedWithTheWayOut) {
  three_cases();
  write("predictions/case_1.nii.gz", box(10, 4));
  const std::vector<std::string> command{"evaluate", "predictions=predictions", "labels=labels",
                                         "out=out"};
  expect_words(run(command, 3), {"case_1", "predictions/case_1.nii.gz", "labels/case_1.nii.gz",
                                 "(4, 0, 0)", "(0, 0, 0)", "resample_to=labels"});
  std::vector<std::string> resampled = command, by_flag = command;
  by_flag.insert(by_flag.end(), {"--resample-to", "labels"});
  run(by_flag);
  const std::string scores = read_file(folder_ / "out/scores.csv");
  resampled.emplace_back("resample_to=labels");
  run(resampled);
  EXPECT_EQ(read_file(folder_ / "out/scores.csv"), scores);
  std::vector<double> dice;
  for (const Score& score : read_scores(folder_ / "out/scores.csv"))
    if (score.metric == "dice" && score.case_id == "case_1") dice.push_back(score.value);
  EXPECT_EQ(dice, std::vector<double>{0.75});  // shifted by two voxels of eight columns
}

TEST_F(Evaluate, WhatHasNoPartnerIsNamed) {
  three_cases();
  fs::remove(folder_ / "predictions/case_2.nii.gz");
  expect_words(run({"evaluate", "predictions=predictions", "labels=labels"}, 3),
               {"predictions=predictions", "case_2"});
  expect_words(run({"evaluate", "predictions=predictions", "labels=nowhere"}, 3), {"nowhere"});
}

// The table of cases says which labels need a partner.
TEST_F(Evaluate, PartOfTheCases) {
  three_cases();
  fs::remove(folder_ / "predictions/case_2.nii.gz");
  write_file(folder_ / "cases.csv", "case\ncase_1\n");
  run({"evaluate", "predictions=predictions", "labels=labels", "cases=cases.csv", "out=out"});
  const std::vector<Score> scores = read_scores(folder_ / "out/scores.csv");
  ASSERT_FALSE(scores.empty());
  for (const Score& score : scores) EXPECT_EQ(score.case_id, "case_1");
  write_file(folder_ / "cases.csv", "case\ncase_2\n");
  const std::vector<std::string> command{"evaluate", "predictions=predictions", "labels=labels",
                                         "cases=cases.csv"};
  expect_words(run(command, 3), {"no mask for 1 of 1", "case_2"});
  write_file(folder_ / "cases.csv", "case\ncase_9\n");
  expect_words(run(command, 3), {"case_9"});
}

TEST_F(Evaluate, NamesOfTheLabelsAndRulesOfTheTable) {
  three_cases();
  fs::remove(folder_ / "predictions/dataset.json");
  write_file(folder_ / "labels.json", R"({"background": 0, "calf": 1})");
  expect_words(run({"evaluate", "predictions=predictions", "labels=labels", "labels.json"}),
               {"| calf | 3 | 0 |", "Dice; Jaccard, empty masks: region in neither truth nor"});
  expect_words(run({"evaluate", "predictions", "labels"}, 2), {"'predictions'", "key=value"});
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
  run({"agreement", "predictions", "labels", "third", "out=again"});
  EXPECT_EQ(read_file(folder_ / "again/tables/icc.csv"), read_file(folder_ / "out/tables/icc.csv"));
  expect_words(run({"agreement", "masks=[labels]"}, 2), {"at least two folders"});
  expect_words(run({"agreement", "masks=[labels,third]", "metrics=dice"}, 2), {"[dice]"});
}

}  // namespace
}  // namespace myoseg
