#include "eval/measure/scores.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "core/files.h"
#include "eval/measure/summaries.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

LabelMap map_of(std::array<std::int64_t, 3> size, std::vector<std::uint8_t> voxels) {
  Geometry g;
  g.size = size;
  g.spacing = {10, 10, 10};  // a voxel is one millilitre
  LabelMap map(g, 1);
  map.voxels = std::move(voxels);
  return map;
}

double value(const std::vector<Score>& scores, std::string_view region, std::string_view metric) {
  for (const Score& s : scores)
    if (s.region == region && s.metric == metric) return s.value;
  ADD_FAILURE() << region << " " << metric << " is missing";
  return kNaN;
}

const std::vector<Region> kRegions{{"one", {1}}, {"two", {2}}, {"three", {3}}, {"all", {1, 2, 3}}};

TEST(Scores, CountsOfAHandMadeCase) {
  // Region one: truth 4, prediction 3, both 2. Region two: only in the truth. Region three: in
  // neither.
  const LabelMap truth = map_of({4, 2, 1}, {1, 1, 1, 1, 2, 0, 0, 0});
  const LabelMap prediction = map_of({4, 2, 1}, {1, 1, 0, 0, 1, 0, 0, 0});
  const auto scores = score_case(prediction, truth, kRegions, {});
  EXPECT_DOUBLE_EQ(value(scores, "one", "dice"), 4.0 / 7);
  EXPECT_DOUBLE_EQ(value(scores, "one", "jaccard"), 2.0 / 5);
  EXPECT_DOUBLE_EQ(value(scores, "one", "sensitivity"), 0.5);
  EXPECT_DOUBLE_EQ(value(scores, "one", "precision"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(value(scores, "one", "specificity"), 3.0 / 4);
  EXPECT_DOUBLE_EQ(value(scores, "one", "accuracy"), 5.0 / 8);
  EXPECT_DOUBLE_EQ(value(scores, "one", "hamming_distance"), 3.0 / 5);
  EXPECT_DOUBLE_EQ(value(scores, "one", "hamming_similarity"), 2.0 / 5);
  EXPECT_DOUBLE_EQ(value(scores, "one", kTruthVolume), 4);
  EXPECT_DOUBLE_EQ(value(scores, "one", kPredictionVolume), 3);
  EXPECT_DOUBLE_EQ(value(scores, "all", "dice"), 2.0 * 3 / 8);
}

TEST(Scores, IgnoredVoxelsCountNowhere) {
  // The last row is ignored: all that is predicted there, and what agrees there as background.
  const LabelMap truth = map_of({4, 3, 1}, {1, 1, 1, 1, 2, 0, 0, 0, 4, 4, 4, 4});
  const LabelMap prediction = map_of({4, 3, 1}, {1, 1, 0, 0, 1, 0, 0, 0, 1, 3, 0, 0});
  const auto with = score_case(prediction, truth, kRegions, {.ignored = 4});
  const auto without = score_case(map_of({4, 2, 1}, {1, 1, 0, 0, 1, 0, 0, 0}),
                                  map_of({4, 2, 1}, {1, 1, 1, 1, 2, 0, 0, 0}), kRegions, {});
  for (const char* metric : {"dice", "specificity", "accuracy", "hd95", "assd"})
    EXPECT_DOUBLE_EQ(value(with, "one", metric), value(without, "one", metric)) << metric;
  EXPECT_DOUBLE_EQ(value(with, "one", kPredictionVolume), 3);
  EXPECT_DOUBLE_EQ(value(with, "three", kPredictionVolume), 0);
  // A slice with nothing but ignored voxels is not a labelled one.
  const LabelMap slices = map_of({2, 1, 2}, {1, 0, 4, 4}), all = map_of({2, 1, 2}, {1, 1, 1, 1});
  const auto labelled =
      score_case(all, slices, kRegions, {.slices = Slices::labelled, .ignored = 4});
  EXPECT_DOUBLE_EQ(value(labelled, "one", "accuracy"), 0.5);
  EXPECT_DOUBLE_EQ(value(labelled, "one", "dice"), 2.0 / 3);
}

TEST(Scores, WithoutAPixelSizeOverlapIsAllThereIs) {
  LabelMap truth = map_of({4, 2, 1}, {1, 1, 1, 1, 2, 0, 0, 0});
  const LabelMap prediction = map_of({4, 2, 1}, {1, 1, 0, 0, 1, 0, 0, 0});
  truth.geometry.pixel_size = PixelSize::unknown;
  const auto scores = score_case(prediction, truth, kRegions, {});
  EXPECT_DOUBLE_EQ(value(scores, "one", "dice"), 4.0 / 7);
  for (const char* metric : {"hd95", "assd", "volume_difference_ml"})
    EXPECT_TRUE(std::isnan(value(scores, "one", metric))) << metric;
  for (const std::string_view volume : {kTruthVolume, kPredictionVolume})
    EXPECT_TRUE(std::isnan(value(scores, "one", volume))) << volume;
}

TEST(Scores, EmptyMasksFollowTheStatedRule) {
  const LabelMap truth = map_of({4, 2, 1}, {1, 1, 1, 1, 2, 0, 0, 0});
  const LabelMap prediction = map_of({4, 2, 1}, {1, 1, 0, 0, 1, 0, 0, 0});
  const auto missed = score_case(prediction, truth, kRegions, {});
  EXPECT_EQ(value(missed, "two", "dice"), 0);
  EXPECT_EQ(value(missed, "two", "precision"), 0);
  EXPECT_EQ(value(missed, "two", "hamming_distance"), 1);
  EXPECT_EQ(value(missed, "two", "specificity"), 1);
  EXPECT_DOUBLE_EQ(value(missed, "two", "accuracy"), 7.0 / 8);
  const auto invented = score_case(truth, prediction, kRegions, {});
  EXPECT_EQ(value(invented, "two", "sensitivity"), 0);
  EXPECT_DOUBLE_EQ(value(invented, "two", "specificity"), 7.0 / 8);
  for (const char* metric : {"dice", "accuracy", "hamming_distance", "ravd", "hd95", "assd"})
    EXPECT_TRUE(std::isnan(value(missed, "three", metric))) << metric;
  EXPECT_EQ(
      find_metric("dice").empty_text(),
      "region in neither truth nor prediction: not defined, left out; in only one of them: 0");
}

TEST(Scores, OnlyLabelledSlicesWhenAsked) {
  const LabelMap truth = map_of({2, 1, 2}, {1, 0, 0, 0});
  const LabelMap prediction = map_of({2, 1, 2}, {1, 0, 1, 1});
  EXPECT_DOUBLE_EQ(value(score_case(prediction, truth, kRegions, {}), "one", "dice"), 0.5);
  EXPECT_DOUBLE_EQ(
      value(score_case(prediction, truth, kRegions, {.slices = Slices::labelled}), "one", "dice"),
      1);
}

TEST(Scores, TheMetricsThatWereAskedForInTheirOrder) {
  const LabelMap truth = map_of({2, 1, 2}, {1, 1, 0, 0});
  const LabelMap prediction = map_of({2, 1, 2}, {1, 0, 1, 0});
  const std::vector<Region> one{{"one", {1}}};
  const auto names = [](const std::vector<Score>& scores) {
    std::vector<std::string> list;
    for (const Score& s : scores) list.push_back(s.metric);
    return list;
  };
  const auto few = score_case(prediction, truth, one, {.metrics = {"ravd", "dice"}});
  EXPECT_EQ(names(few),
            (std::vector<std::string>{"ravd", "dice", std::string(kTruthVolume),
                                      std::string(kPredictionVolume), std::string(kTruncated)}));
  EXPECT_EQ(few.back().value, 1);  // the map is nothing but border
  const auto far = score_case(prediction, truth, one, {.metrics = {"hd", "assd_medpy04"}});
  EXPECT_EQ(far.back().metric, kDiagonal);
  EXPECT_DOUBLE_EQ(far.back().value, 30);  // of 20 x 10 x 20 mm
  EXPECT_DOUBLE_EQ(value(far, "one", "hd"), 10);
  EXPECT_DOUBLE_EQ(value(far, "one", "assd_medpy04"), 5);
  EXPECT_THROW((void)score_case(prediction, truth, one, {.metrics = {"hd195"}}), Error);
}

TEST(Scores, SlicesThatAreNotComparedHaveNoSurface) {
  const LabelMap truth = map_of({3, 1, 3}, {1, 0, 0, 0, 0, 0, 0, 0, 0});
  const LabelMap prediction = map_of({3, 1, 3}, {1, 0, 0, 0, 0, 0, 0, 0, 1});
  const ScoreOptions all{.metrics = {"hd"}},
      labelled{.slices = Slices::labelled, .metrics = {"hd"}};
  EXPECT_NEAR(value(score_case(prediction, truth, kRegions, all), "one", "hd"), 10 * std::sqrt(8.0),
              1e-12);
  EXPECT_EQ(value(score_case(prediction, truth, kRegions, labelled), "one", "hd"), 0);
}

TEST(Scores, RegionsMayHoldTheBackground) {
  const LabelMap truth = map_of({4, 1, 1}, {0, 0, 1, 1});
  const LabelMap prediction = map_of({4, 1, 1}, {0, 1, 1, 1});
  const auto scores = score_case(prediction, truth, {{"background", {0}}}, {});
  EXPECT_DOUBLE_EQ(value(scores, "background", "dice"), 2.0 / 3);
  EXPECT_DOUBLE_EQ(value(scores, "background", "hd95"), 0.95 * 10);
}

TEST(Scores, DifferentGridsAreNamed) {
  const LabelMap truth = map_of({2, 1, 2}, {1, 0, 0, 0});
  LabelMap prediction = truth;
  prediction.geometry.spacing[2] = 5;
  try {
    (void)score_case(prediction, truth, kRegions, {});
    FAIL() << "different grids were compared";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("10 x 10 x 5"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("10 x 10 x 10"), std::string::npos) << error.what();
  }
}

TEST(Scores, FileKeepsEveryBit) {
  const testing::TemporaryFolder folder;
  const std::vector<Score> scores{
      {"run_1", 0, "case \"a\", left", "one", Stage::raw, "dice", 0.1 + 0.2},
      {"run_1", -1, "b", "two", Stage::final, "dice", kNaN},
      {"run_1", 9, "c;d", "two", Stage::final, "accuracy", 1.0 / 3},
      {"", 0, "1e5", "x", Stage::raw, "dice", 5e-324}};
  write_scores(folder / "scores.csv", scores);
  const auto read = read_scores(folder / "scores.csv");
  ASSERT_EQ(read.size(), scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    EXPECT_EQ(read[i].run, scores[i].run);
    EXPECT_EQ(read[i].fold, scores[i].fold);
    EXPECT_EQ(read[i].case_id, scores[i].case_id);
    EXPECT_EQ(read[i].region, scores[i].region);
    EXPECT_EQ(read[i].stage, scores[i].stage);
    EXPECT_EQ(read[i].metric, scores[i].metric);
    EXPECT_TRUE(read[i].value == scores[i].value ||
                (std::isnan(read[i].value) && std::isnan(scores[i].value)));
  }
}

TEST(Scores, AStageThatIsNoneIsRefusedByItsRow) {
  const testing::TemporaryFolder folder;
  write_file(folder / "scores.csv",
             "run,fold,case,region,stage,metric,value\nr,0,a,one,raw,dice,1\n"
             "r,0,a,one,last,dice,1\n");
  try {
    (void)read_scores(folder / "scores.csv");
    ADD_FAILURE() << "was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    for (const char* word : {"scores.csv: row 3", "'raw' or 'final'", "'last'"})
      EXPECT_NE(std::string(error.what()).find(word), std::string::npos) << error.what();
  }
}

TEST(Scores, SummariesPoolFoldsAndCountMissedStructures) {
  std::vector<Score> scores;
  const auto add = [&](int fold, const char* id, double dice, double truth, double prediction) {
    scores.push_back({"r", fold, id, "one", Stage::final, "dice", dice});
    scores.push_back({"r", fold, id, "one", Stage::final, std::string(kTruthVolume), truth});
    scores.push_back(
        {"r", fold, id, "one", Stage::final, std::string(kPredictionVolume), prediction});
  };
  add(0, "a", 0.8, 3, 2);
  add(1, "b", 0.0, 3, 0);  // missed
  add(1, "c", kNaN, 0, 0);
  add(2, "d", 0.7, 3, 4);
  const auto summaries = summarise(scores);
  ASSERT_FALSE(summaries.empty());
  EXPECT_EQ(summaries[0].metric, "dice");
  EXPECT_EQ(summaries[0].n, 3);
  EXPECT_EQ(summaries[0].missed, 1);
  EXPECT_DOUBLE_EQ(summaries[0].mean, 0.5);
  EXPECT_NEAR(summaries[0].sd, std::sqrt(0.19), 1e-15);  // (0.3^2 + 0.5^2 + 0.2^2) / 2
}

TEST(Scores, UnknownMetricNamesTheKnownOnes) {
  try {
    (void)find_metric("dcie");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    EXPECT_NE(std::string(error.what()).find("hamming_similarity"), std::string::npos);
  }
}

}  // namespace
}  // namespace myoseg
