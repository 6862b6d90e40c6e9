#include "eval/report/score_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "eval/draw/table_text.h"
#include "eval/report/contents.h"
#include "tests/eval/statistics/statistics_fixture.h"

namespace myoseg {
namespace {

using statistics::expect_interval;
using statistics::expect_undefined;
using statistics::expect_value;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

void add(ReportInput& input, const std::string& id, const std::string& metric, double value,
         double truth_ml = 5, double prediction_ml = 5) {
  for (const auto& [name, number] : {std::pair{metric, value},
                                     {std::string(kTruthVolume), truth_ml},
                                     {std::string(kPredictionVolume), prediction_ml},
                                     {std::string(kDiagonal), 100.0}})
    input.scores.push_back({"run", 0, id, "psoas", Stage::final, name, number});
}

ReportInput input_of(const std::vector<double>& values, const std::string& metric) {
  ReportInput input;
  input.labels.labels = {{"background", 0}, {"psoas", 1}};
  input.regions = {{"psoas", {1}}};
  for (std::size_t i = 0; i < values.size(); ++i) add(input, std::to_string(i), metric, values[i]);
  return input;
}

ReportOptions showing(const std::vector<std::string>& metrics) {
  ReportOptions options;
  options.metrics = metrics;
  return options;
}

TEST(ScoreStatistics, AMissedDistanceIsPenalisedByTheDiagonal) {
  ReportInput input = input_of({2, 4, 3}, "hd95");
  add(input, "missed", "hd95", kNaN, 5, 0);
  add(input, "false", "hd95", kNaN, 0, 5);
  add(input, "neither", "hd95", kNaN, 0, 0);
  const auto all = report_contents(input, showing({"hd95"})).statistics;
  ASSERT_EQ(all.size(), 1u);
  const ScoreStatistics& s = all[0];
  EXPECT_EQ(s.n, 3);
  EXPECT_EQ(s.missed, 1);
  EXPECT_EQ(s.penalised, 2);
  expect_value(s.mean, 3);
  expect_value(s.sd, 1);
  expect_value(s.median, 3);
  expect_value(s.q25, 2.5);
  expect_value(s.q75, 3.5);
  expect_value(s.penalised_mean, 209.0 / 5);
  EXPECT_GT(s.ci.low, 2 - 1e-12);
  EXPECT_LT(s.ci.high, 4 + 1e-12);
  const Table readable = readable_statistics_table(all);
  EXPECT_EQ(readable.rows[0][0], "HD95, MONAI (mm)");
  EXPECT_EQ(readable.rows[0][4], "3.00 ± 1.00");
  EXPECT_EQ(readable.rows[0][6], "3.00 [2.50, 3.50]");
  EXPECT_EQ(readable.rows[0][7], "41.80");
  std::string notes;
  for (const std::string& note : statistics_notes(all)) notes += note;
  EXPECT_NE(notes.find("diagonal"), std::string::npos);
  EXPECT_NE(notes.find("HD95, empty masks:"), std::string::npos);
}

// Two of three cases are of one patient: draws give P twice, P and Q, or Q twice.
TEST(ScoreStatistics, PatientsAreDrawnAgainWithAllTheirCases) {
  ReportInput input = input_of({0.5, 0.5, 1}, "dice");
  input.patients = {{"0", "P"}, {"1", "P"}};
  const auto all = report_contents(input, {}).statistics;
  ASSERT_EQ(all.size(), 1u);
  expect_value(all[0].mean, 2.0 / 3);
  expect_interval(all[0].ci, 0.5, 1);
}

TEST(ScoreStatistics, WhatHasNoValueSaysWhy) {
  const auto one = report_contents(input_of({0.5}, "dice"), {}).statistics;
  expect_value(one[0].mean, 0.5);
  EXPECT_EQ(one[0].ci.reason, "needs at least 2 patients, found 1");
  expect_value(one[0].penalised_mean, 0.5);
  const auto none = report_contents(input_of({kNaN}, "dice"), {}).statistics;
  EXPECT_EQ(none[0].n, 0);
  expect_undefined(none[0].mean, "no case has a value");
  expect_undefined(none[0].penalised_mean, "no case has a value");
  const auto same = report_contents(input_of({1, 1, 1}, "dice"), {}).statistics;
  expect_interval(same[0].ci, 1, 1);
  for (const auto* all : {&one, &none, &same}) {
    for (const Table& table : {statistics_table(*all), readable_statistics_table(*all)})
      for (const auto& row : table.rows)
        for (const std::string& cell : row) EXPECT_EQ(cell.find("nan"), std::string::npos) << cell;
    EXPECT_EQ(to_latex(readable_statistics_table(*all)).find("nan"), std::string::npos);
  }
  EXPECT_EQ(statistics_table(one).rows[0].back(),
            "needs at least 2 values, found 1; needs at least 2 patients, found 1");
}

TEST(ScoreStatistics, ShownMetricsComeFirst) {
  ReportInput input = input_of({2, 4, 3}, "hd95");
  for (const Score& s : input_of({0.5, 0.6, 0.7}, "hd90").scores)
    if (s.metric == "hd90") input.scores.push_back(s);
  const auto all = report_contents(input, showing({"hd90", "dice"})).statistics;
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].metric.name, "hd90");
  EXPECT_EQ(all[1].metric.name, "hd95");
}

}  // namespace
}  // namespace myoseg
