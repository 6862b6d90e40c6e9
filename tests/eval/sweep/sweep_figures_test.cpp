#include "eval/sweep/figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "eval/draw/axis.h"
#include "tests/eval/sweep/sweep_fixture.h"

namespace myoseg {
namespace {

// The numbers of each block of a figure's data.
std::vector<std::vector<std::vector<double>>> blocks(const Figure& figure) {
  std::vector<std::vector<std::vector<double>>> all(1);
  std::istringstream lines(figure.data);
  int empty = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    if (line.empty()) {
      if (++empty == 2 && !all.back().empty()) all.emplace_back();
      continue;
    }
    empty = 0;
    std::istringstream cells(line);
    std::vector<double> row;
    for (double value; cells >> value;) row.push_back(value);
    all.back().push_back(row);
  }
  if (all.back().empty()) all.pop_back();
  return all;
}

TEST(SweepFigures, MeansAreOverTheRunsThatAreDoneAndHaveAScore) {
  const auto data = blocks(main_effects_figure(SweepContents(small_sweep())));
  ASSERT_EQ(data.size(), 4u);
  // model: unet 0.5, 0.75, 0.25; fcn 0.75 alone, exactly on its place.
  ASSERT_EQ(data[0].size(), 4u);
  EXPECT_EQ(data[1], (std::vector<std::vector<double>>{{0, 0.5, 3}, {1, 0.75, 1}}));
  EXPECT_EQ(data[0][3], (std::vector<double>{1, 0.75}));
  // rate: 0.001 has 0.5 and 0.75; the failed run's 0.99 and the run without a score do not count.
  EXPECT_EQ(data[3],
            (std::vector<std::vector<double>>{{0.001, 0.625, 2}, {0.01, 0.75, 1}, {0.1, 0.25, 1}}));
  // Runs that share a value stand to both sides of it, near to it.
  EXPECT_LT(data[2][0][0], 0.001);
  EXPECT_GT(data[2][1][0], 0.001);
  EXPECT_NEAR(std::log10(data[2][0][0] * data[2][1][0]), -6, 1e-5);
  EXPECT_GT(data[2][0][0], 0.0008);
}

TEST(SweepFigures, AFigureThatSaysNothingIsLeftOutWithItsReason) {
  SweepReportInput input = small_sweep();
  input.rows.resize(3);
  EXPECT_FALSE(main_effects_figure(SweepContents(input)).script.empty());
  EXPECT_NE(main_effects_figure(SweepContents(input)).caption.find("one value only: model."),
            std::string::npos);
  const Figure parallel = parallel_figure(SweepContents(input));
  EXPECT_TRUE(parallel.script.empty());
  EXPECT_NE(parallel.caption.find("Fewer than two settings"), std::string::npos);

  for (SweepRow& row : input.rows) row.settings = {"unet", "0.1"};
  EXPECT_NE(
      main_effects_figure(SweepContents(input)).caption.find("No setting has more than one value"),
      std::string::npos);

  input = small_sweep();
  input.rows = {input.rows[0], input.rows[4], input.rows[5]};
  for (const Figure& figure :
       {main_effects_figure(SweepContents(input)), parallel_figure(SweepContents(input)),
        cost_figure(SweepContents(input))}) {
    EXPECT_TRUE(figure.script.empty());
    EXPECT_TRUE(figure.caption.starts_with("One of 3 runs")) << figure.caption;
  }
  input.rows.clear();
  EXPECT_TRUE(cost_figure(SweepContents(input)).caption.starts_with("None of 0 runs"));
}

TEST(SweepFigures, LinesEndAtTheirScoreAndTheBestIsDrawnLast) {
  SweepReportInput input = small_sweep();
  input.rows[1].scores = {0.85};
  const auto data = blocks(parallel_figure(SweepContents(input)));
  ASSERT_EQ(data.size(), 3u);
  ASSERT_EQ(data[0].size(), 9u);  // c, a, d at three axes
  // The score axis has 6 % of 0.25 to 0.85 as room at both ends.
  const auto height = [](double score) { return (score - 0.214) / 0.672; };
  EXPECT_NEAR(data[0][2][1], height(0.25), 1e-4);
  EXPECT_NEAR(data[0][5][1], height(0.5), 1e-4);
  EXPECT_NEAR(data[0][8][1], height(0.75), 1e-4);
  ASSERT_EQ(data[1].size(), 3u);
  EXPECT_NEAR(data[1][2][1], height(0.85), 1e-4);
  EXPECT_NEAR(data[1][1][1], 0.5, 1e-4);  // 0.01 in the middle of 0.001 to 0.1
  // c, a, b share 'unet', in the order of their scores.
  EXPECT_LT(data[0][0][1], data[0][3][1]);
  EXPECT_LT(data[0][3][1], data[1][0][1]);
  EXPECT_NEAR(data[0][3][1], 0, 1e-9);
  // Every point of a line has its colour.
  EXPECT_EQ(data[0][0][2], data[0][2][2]);
  EXPECT_NE(data[0][0][2], data[1][0][2]);
}

TEST(SweepFigures, RunsThatNoOtherBeatsAreMarked) {
  SweepReportInput input = small_sweep();
  const auto data = blocks(cost_figure(SweepContents(input)));
  ASSERT_EQ(data.size(), 3u);
  EXPECT_EQ(data[0].size(), 4u);
  // d is as good as b in a quarter of the time.
  EXPECT_EQ(data[1], (std::vector<std::vector<double>>{{5, 0.75, 1}}));
  input.rows[1].scores = {0.8};
  EXPECT_EQ(blocks(cost_figure(SweepContents(input)))[1],
            (std::vector<std::vector<double>>{{5, 0.75, 2}, {20, 0.8, 1}}));
  // Later and better by nothing but rounding is not better.
  input.rows[1].scores = {0.75 + 1e-16 * 2};
  EXPECT_EQ(blocks(cost_figure(SweepContents(input)))[1].size(), 1u);
  // Numbers that would lie on each other: the better one stays.
  input.rows[1].seconds = 5.1;
  input.rows[1].scores = {0.76};
  EXPECT_EQ(blocks(cost_figure(SweepContents(input)))[1].size(), 2u);
  EXPECT_EQ(blocks(cost_figure(SweepContents(input)))[2],
            (std::vector<std::vector<double>>{{5.1, 0.76, 1}}));
  input.rows[0].seconds = 9000;  // hours from here on, and more than two decades
  const Figure hours = cost_figure(SweepContents(input));
  EXPECT_NE(hours.script.find("set logscale x"), std::string::npos);
  EXPECT_NE(hours.script.find("jobs, h\""), std::string::npos);
}

TEST(SweepAxes, NumbersStandWhereTheyBelong) {
  const Axis rate = setting_axis("rate", {"0.01", "1e-4", "0.0100", "0.001"});
  EXPECT_TRUE(rate.numeric);
  EXPECT_TRUE(rate.logarithmic);
  EXPECT_EQ(rate.texts, (std::vector<std::string>{"1e-4", "0.001", "0.01"}));
  EXPECT_NEAR(rate.fraction(0.001), 0.5, 1e-12);
  EXPECT_NEAR(rate.at(0.5), 0.001, 1e-15);
  const Axis batch = setting_axis("batch", {"16", "4", "64"});
  EXPECT_FALSE(batch.logarithmic);
  EXPECT_NEAR(batch.fraction(16), 0.2, 1e-12);
  // Neither zero nor a negative number is on a logarithmic axis.
  EXPECT_FALSE(setting_axis("x", {"0", "1", "1000"}).logarithmic);
  EXPECT_FALSE(setting_axis("x", {"-1000", "1"}).logarithmic);
}

TEST(SweepAxes, TextsKeepTheOrderInWhichTheyWereSwept) {
  const Axis axis = setting_axis("loss", {"dice", "0.5", "dice", "null", ""});
  EXPECT_FALSE(axis.numeric);
  EXPECT_EQ(axis.texts, (std::vector<std::string>{"dice", "0.5", "null", ""}));
  EXPECT_EQ(axis.place_of("null"), 2);
  EXPECT_NEAR(axis.fraction(1), 1.0 / 3, 1e-12);
  EXPECT_FALSE(setting_axis("x", {"1", "nan"}).numeric);
  EXPECT_FALSE(setting_axis("x", {"1", "inf"}).numeric);
}

TEST(SweepAxes, TicksDoNotOverlap) {
  const auto texts_of = [](const std::vector<Tick>& ticks) {
    std::string all;
    for (const Tick& tick : ticks) all += tick.text + " ";
    return all;
  };
  // Few numbers apart are ticks themselves; near ones make way for round numbers.
  EXPECT_EQ(texts_of(axis_ticks(setting_axis("x", {"4", "16", "64"}), 300, text_width)),
            "4 16 64 ");
  EXPECT_EQ(texts_of(axis_ticks(setting_axis("x", {"0.1", "0.101", "0.9"}), 200, text_width)),
            "0.2 0.4 0.6 0.8 ");
  const Axis random =
      setting_axis("x", {"1e-6", "3e-5", "2e-4", "1e-3", "0.02", "0.03", "0.7", "2", "30", "1e2"});
  EXPECT_EQ(texts_of(axis_ticks(random, 260, text_width)), "1e-06 0.0001 0.01 1 100 ");
  const Axis score = score_axis("Dice", {0.71, 0.92});
  EXPECT_EQ(texts_of(axis_ticks(score, 120, text_height)), "0.70 0.75 0.80 0.85 0.90 ");
  // All the same still has an axis with the value in its middle.
  const Axis same = score_axis("Dice", {0.8, 0.8});
  EXPECT_NEAR(same.fraction(0.8), 0.5, 1e-12);
  EXPECT_GE(axis_ticks(same, 200, text_height).size(), 2u);
  EXPECT_NEAR(score_axis("Dice", {0, 0}).fraction(0), 0.5, 1e-12);
  EXPECT_EQ(shortened("abcdefghij", 5), "ab…ij");
  EXPECT_EQ(shortened_key("train.optimizer.rate", 20), "train.optimizer.rate");
  EXPECT_EQ(shortened_key("train.optimizer.rate", 19), "…optimizer.rate");
  EXPECT_EQ(shortened_key("train.optimizer.rate", 9), "…rate");
  EXPECT_EQ(shortened_key("a.abcdefghij", 5), "ab…ij");
  EXPECT_EQ(shortened("äöüß", 4), "äöüß");
  EXPECT_EQ(shortened("äöüßé", 4), "äö…é");
}

}  // namespace
}  // namespace myoseg
