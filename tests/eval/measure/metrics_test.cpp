#include "eval/measure/metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

// Truth 4, prediction 5, both 3 of 20 voxels of 2 ml; the distances are made up.
Comparison example() {
  Comparison c;
  c.overlap = {.both = 3, .prediction = 5, .truth = 4, .voxels = 20};
  c.voxel_ml = 2;
  c.voxels = {.to_truth = {{0, 1, 3}, {2, 1, 1}}, .to_prediction = {{0, 1, 1}, {4, 1, 1}}};
  c.elements = {.to_truth = {{0, 3, 1}, {3, 1, 1}}, .to_prediction = {{1, 2, 1}, {5, 2, 1}}};
  return c;
}
double value(std::string_view name) { return find_metric(name).value(example()); }

TEST(Metrics, CountsByHand) {
  EXPECT_DOUBLE_EQ(value("dice"), 6.0 / 9);
  EXPECT_DOUBLE_EQ(value("jaccard"), 0.5);
  EXPECT_DOUBLE_EQ(value("sensitivity"), 0.75);
  EXPECT_DOUBLE_EQ(value("precision"), 0.6);
  EXPECT_DOUBLE_EQ(value("specificity"), 14.0 / 16);
  EXPECT_DOUBLE_EQ(value("negative_predictive_value"), 14.0 / 15);
  EXPECT_DOUBLE_EQ(value("accuracy"), 17.0 / 20);
  EXPECT_DOUBLE_EQ(value("balanced_accuracy"), (0.75 + 0.875) / 2);
  EXPECT_DOUBLE_EQ(value("hamming_distance"), 0.5);
  EXPECT_DOUBLE_EQ(value("hamming_similarity"), 0.5);
  EXPECT_DOUBLE_EQ(value("hamming_similarity_label"), 1 - 1.0 / 4);  // one of four is not found
  EXPECT_DOUBLE_EQ(value("fowlkes_mallows"), std::sqrt(0.45));
  EXPECT_DOUBLE_EQ(value("matthews_correlation"), (3 * 14 - 2 * 1) / std::sqrt(5.0 * 4 * 16 * 15));
  const double chance = (4 * 5 + 16 * 15) / 400.0;
  EXPECT_DOUBLE_EQ(value("cohen_kappa"), (0.85 - chance) / (1 - chance));
}

TEST(Metrics, VolumesByHand) {
  EXPECT_DOUBLE_EQ(value("volume_difference_ml"), 2);
  EXPECT_DOUBLE_EQ(value("ravd"), 0.25);
  EXPECT_DOUBLE_EQ(value("ravd_percent"), 25);
  Comparison less = example();
  less.overlap.prediction = 3;
  EXPECT_DOUBLE_EQ(find_metric("ravd").value(less), -0.25);
  EXPECT_DOUBLE_EQ(find_metric("absolute_ravd").value(less), 0.25);
  EXPECT_DOUBLE_EQ(find_metric("absolute_ravd_percent").value(less), 25);
}

TEST(Metrics, EachLibrarysDefinitionByHand) {
  EXPECT_DOUBLE_EQ(value("hd"), 4);
  EXPECT_DOUBLE_EQ(value("hd_medpy"), 4);
  EXPECT_DOUBLE_EQ(value("hd_deepmind"), 5);
  EXPECT_DOUBLE_EQ(value("hd95"), 0.95 * 4);
  EXPECT_DOUBLE_EQ(value("hd95_monai"), value("hd95"));
  EXPECT_DOUBLE_EQ(value("hd95_medpy"), 2 + 0.75 * 2);  // of 0 0 0 0 2 4
  EXPECT_DOUBLE_EQ(value("hd95_deepmind"), 5);
  EXPECT_DOUBLE_EQ(value("hd50_deepmind"), 1);
  EXPECT_DOUBLE_EQ(value("hd12.5"), 0.5);
  EXPECT_DOUBLE_EQ(value("assd"), 1);
  EXPECT_DOUBLE_EQ(value("assd_medpy04"), (0.5 + 2) / 2);
  EXPECT_DOUBLE_EQ(value("msd_to_truth"), 0.5);
  EXPECT_DOUBLE_EQ(value("msd_to_prediction"), 2);
  EXPECT_DOUBLE_EQ(value("msd_to_truth_deepmind"), 0.75);
  EXPECT_DOUBLE_EQ(value("msd_to_prediction_deepmind"), 3);
  EXPECT_DOUBLE_EQ(value("nsd_1mm"), 5.0 / 8);
  EXPECT_DOUBLE_EQ(value("nsd_1mm_deepmind"), value("nsd_1mm"));
  EXPECT_DOUBLE_EQ(value("nsd_0.5mm"), 3.0 / 8);
  EXPECT_DOUBLE_EQ(value("nsd_2mm_monai"), 5.0 / 6);
}

TEST(Metrics, EveryRowIsWhole) {
  std::set<std::string> names;
  for (const Metric& metric : metrics()) {
    EXPECT_TRUE(names.insert(metric.name).second) << metric.name << " is there twice";
    EXPECT_FALSE(metric.title.empty() || metric.formula.empty()) << metric.name;
    EXPECT_EQ(metric.best, metric.better == Better::higher ? 1 : 0) << metric.name;
    EXPECT_EQ(find_metric(metric.name).title, metric.title);
    // A case that has the structure in one mask only always counts: as a value, as a miss that a
    // penalised mean charges, or, relative to an empty truth, as a false structure.
    Comparison missed;
    missed.overlap = {.both = 0, .prediction = 0, .truth = 7, .voxels = 20};
    EXPECT_TRUE(!std::isnan(metric.value(missed)) || metric.penalty(10)) << metric.name;
    EXPECT_EQ(metric.penalty(10).has_value(), metric.unit == "mm") << metric.name;
  }
  EXPECT_GT(names.size(), 25u);
}

TEST(Metrics, EachIsDefinedInTheDocs) {
  const std::string text = read_file(testing::source_folder() / "docs" / "evaluation.md");
  std::vector<std::string> names{"hd",     "hdN", "assd", "msd_to_truth", "msd_to_prediction",
                                 "nsd_Nmm"};
  for (const Metric& metric : metrics())
    if (metric.needs == Needs::counts) names.push_back(metric.name);
  for (const std::string& name : names)
    EXPECT_NE(text.find("`" + name + "`"), std::string::npos) << name;
}

TEST(Metrics, EmptyRulesAsSentences) {
  EXPECT_EQ(
      empty_rule("dice"),
      "region in neither truth nor prediction: not defined, left out; in only one of them: 0");
  EXPECT_EQ(empty_rule("hd95"),
            "region in neither truth nor prediction: not defined, left out; in only one of them: "
            "not defined, left out (the diagonal of the volume in a penalised mean)");
  EXPECT_EQ(empty_rule("ravd"),
            "region in neither truth nor prediction: not defined, left out; only in the "
            "prediction: not defined, left out; only in the truth: by the formula");
  EXPECT_EQ(find_metric("hd95").header(), "HD95, MONAI (mm)");
  EXPECT_EQ(find_metric("hd95_medpy").header(), "HD95, MedPy (mm)");
  EXPECT_EQ(find_metric("nsd_1.5mm").header(), "NSD at 1.5 mm, DeepMind");
  EXPECT_EQ(find_metric("dice").header(), "Dice");
}

TEST(Metrics, NamesThatAreNone) {
  for (const char* name : {"", "hd101", "hd-5", "hdx", "hd95_numpy", "hd95_", "nsd_mm", "nsd_2",
                           "nsd_-1mm", "assd_deepmind", "dice_monai", "hd1e1", "hd95mm", "_monai"})
    EXPECT_FALSE(is_metric(name)) << name;
  try {
    (void)find_metric("hd95_medpi");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    EXPECT_NE(std::string(error.what()).find("did you mean 'hd95_medpy'"), std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace myoseg
