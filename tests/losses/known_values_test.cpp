// Values of single losses that follow from their definitions, and inputs that they refuse.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losses/voxels/checks.h"
#include "tests/losses/loss_fixture.h"

namespace myoseg {
namespace {

using testing::make_loss;
using testing::random_labels;
using testing::random_logits;
using testing::sentence_of;

double value(const std::string& yaml, const at::Tensor& logits, const at::Tensor& labels) {
  return (*make_loss(yaml))(logits, labels).item<double>();
}

// Four voxels of labels 0 0 1 1, probability 1/2 everywhere: I = 1, P = 2, T = 2 for both classes.
const at::Tensor kLabels = at::tensor(std::vector<std::int64_t>{0, 0, 1, 1}).view({1, 2, 2});
const at::Tensor kEven = at::zeros({1, 2, 2, 2}, at::kDouble);
const std::string kNoSmoothing = "smooth_numerator: 0, smooth_denominator: 0";

TEST(Dice, KnownValues) {
  EXPECT_NEAR(value("{dice: {" + kNoSmoothing + "}}", kEven, kLabels), 0.5, 1e-12);
  EXPECT_NEAR(value("{dice: {jaccard: true, " + kNoSmoothing + "}}", kEven, kLabels), 1 - 1.0 / 3,
              1e-12);
}

TEST(Tversky, KnownValues) {
  // 1 / (1 + alpha + beta) of each class.
  const std::string options = "alpha: 0.2, beta: 0.8, " + kNoSmoothing;
  EXPECT_NEAR(value("{tversky: {" + options + "}}", kEven, kLabels), 0.5, 1e-12);
  EXPECT_NEAR(value("{tversky: {gamma: 0.75, " + options + "}}", kEven, kLabels),
              std::pow(0.5, 0.75), 1e-12);
  // Of class losses 1/3 and 2/3 (labels 0 0 0 1): powers of each or of the mean.
  const at::Tensor uneven = at::tensor(std::vector<std::int64_t>{0, 0, 0, 1}).view({1, 2, 2});
  const std::string focal = "{tversky: {alpha: 1, beta: 0, gamma: 2, " + kNoSmoothing;
  const double first = 1 - 1.5 / 2, second = 1 - 0.5 / 2;
  EXPECT_NEAR(value(focal + "}}", kEven, uneven), (first * first + second * second) / 2, 1e-12);
  EXPECT_NEAR(value(focal + ", gamma_of: mean}}", kEven, uneven), std::pow((first + second) / 2, 2),
              1e-12);
}

TEST(GeneralizedDice, WeighsSmallClassesMore) {
  const at::Tensor labels = at::tensor(std::vector<std::int64_t>{0, 0, 0, 1}).view({1, 2, 2});
  // I = 3/2 and 1/2, P + T = 5 and 3, weights 1/9 and 1.
  EXPECT_NEAR(value("{generalized_dice: {" + kNoSmoothing + "}}", kEven, labels),
              1 - 2 * (1.5 / 9 + 0.5) / (5.0 / 9 + 3), 1e-7);
  EXPECT_NEAR(
      value("{generalized_dice: {weighting: uniform, " + kNoSmoothing + "}}", kEven, labels),
      1 - 2 * 2.0 / 8, 1e-12);
}

TEST(Focal, KnownValues) {
  const double log2 = std::log(2.0);
  // p = 1/2 in every channel: (1/2)^gamma log 2.
  EXPECT_NEAR(value("focal", kEven, kLabels), 0.25 * log2, 1e-12);
  EXPECT_NEAR(value("{focal: {reduction: sum}}", kEven, kLabels), 8 * 0.25 * log2, 1e-12);
  EXPECT_NEAR(value("{focal: {activation: softmax, gamma: 1}}", kEven, kLabels), 0.5 * log2, 1e-12);
  EXPECT_NEAR(value("{focal: {weights: [1, 3]}}", kEven, kLabels), 2 * 0.25 * log2, 1e-12);
  // Half of each channel's voxels weigh 0.2, half 0.8.
  EXPECT_NEAR(value("{focal: {alpha: 0.2}}", kEven, kLabels), 0.5 * 0.25 * log2, 1e-12);
  EXPECT_NEAR(value("{focal: {normalized: class}}", kEven, kLabels), log2 / 4, 1e-12);
  EXPECT_NEAR(value("{focal: {reduced_threshold: 0.6}}", kEven, kLabels), log2, 1e-12);
  // Without gamma the softmax form is the cross-entropy.
  const auto logits = random_logits({2, 3, 5, 4});
  const auto labels = random_labels({2, 5, 4}, 3);
  EXPECT_NEAR(value("{focal: {activation: softmax, gamma: 0}}", logits, labels),
              at::cross_entropy_loss(logits, labels).item<double>(), 1e-12);
}

TEST(Lovasz, OfCertainPredictionsIsTheJaccardLoss) {
  // Class 1: truth 2 voxels, prediction 3, both 2; class 0: truth 2, prediction 1, both 1.
  const at::Tensor predicted = at::tensor(std::vector<std::int64_t>{0, 1, 1, 1}).view({1, 2, 2});
  const at::Tensor logits =
      at::full({1, 2, 2, 2}, -50.0, at::kDouble).scatter_(1, predicted.unsqueeze(1), 50.0);
  EXPECT_NEAR(value("lovasz", logits, kLabels), ((1 - 2.0 / 3) + (1 - 1.0 / 2)) / 2, 1e-9);
}

TEST(CrossEntropy, EqualsAten) {
  const auto logits = random_logits({2, 4, 5, 6});
  const auto labels = random_labels({2, 5, 6}, 4);
  const auto expected = at::cross_entropy_loss(
      logits, labels, at::tensor({0.5, 1.0, 2.0, 1.5}, at::kDouble), at::Reduction::Mean, 2, 0.1);
  EXPECT_NEAR(value("{cross_entropy: {weights: [0.5, 1, 2, 1.5], label_smoothing: 0.1, "
                    "ignore_label: 2}}",
                    logits, labels),
              expected.item<double>(), 1e-12);
}

TEST(EveryLossWithIgnoredVoxels, IsZeroWhenNoneCounts) {
  for (const char* name : {"cross_entropy", "focal", "lovasz", "boundary"}) {
    SCOPED_TRACE(name);
    const auto loss = make_loss(fmt::format("{{{}: {{ignore_label: 0}}}}", name));
    const auto [loss_value, gradient] = testing::value_and_gradient(
        *loss, random_logits({1, 2, 3, 3}), at::zeros({1, 3, 3}, at::kLong));
    EXPECT_EQ(loss_value, 0);
    EXPECT_EQ(gradient.abs().sum().item<double>(), 0);
  }
}

TEST(EveryLossWithIgnoredVoxels, DoesNotSeeTheirLogits) {
  const auto labels = random_labels({2, 6, 5}, 4);
  auto changed = random_logits({2, 3, 6, 5});
  changed += labels.eq(3).unsqueeze(1) * 2.5;
  for (const char* name :
       {"dice", "generalized_dice", "tversky", "cross_entropy", "focal", "lovasz", "boundary"}) {
    SCOPED_TRACE(name);
    const std::string yaml = fmt::format("{{{}: {{ignore_label: 3}}}}", name);
    EXPECT_NEAR(value(yaml, changed, labels), value(yaml, random_logits({2, 3, 6, 5}), labels),
                1e-12);
    const auto [unused, gradient] = testing::value_and_gradient(*make_loss(yaml), changed, labels);
    EXPECT_EQ((gradient * labels.eq(3).unsqueeze(1)).abs().sum().item<double>(), 0);
  }
}

// A data set's ignored voxels, against the loss of the other voxels alone.
TEST(EveryLossWithIgnoredVoxels, IsThatOfTheOthers) {
  const auto logits = random_logits({1, 3, 6, 5});
  const auto classes = random_labels({1, 6, 5}, 3);
  const auto ignored = random_labels({1, 6, 5}, 4).eq(3);
  const auto labels = classes.masked_fill(ignored, kIgnoredLabel);
  const auto kept = ignored.logical_not().flatten().nonzero().squeeze(1);
  const auto few_logits = logits.flatten(2).index_select(2, kept).unsqueeze(2);
  const auto few_labels = classes.flatten(1).index_select(1, kept).unsqueeze(1);
  ASSERT_LT(kept.numel(), labels.numel());
  for (const char* yaml :
       {"dice", "{dice: {batch: true, squared: true}}", "generalized_dice", "tversky",
        "cross_entropy", "{cross_entropy: {weights: [1, 2, 3], label_smoothing: 0.1}}", "focal",
        "{focal: {activation: softmax}}", "lovasz", "{sum: [dice, cross_entropy]}"}) {
    SCOPED_TRACE(yaml);
    const auto [all, gradient] = testing::value_and_gradient(*make_loss(yaml), logits, labels);
    const auto [few, few_gradient] =
        testing::value_and_gradient(*make_loss(yaml), few_logits, few_labels);
    EXPECT_NEAR(all, few, 1e-12);
    const auto of_kept = gradient.flatten(2).index_select(2, kept).unsqueeze(2);
    EXPECT_LT((of_kept - few_gradient).abs().max().item<double>(), 1e-12);
    EXPECT_EQ((gradient * ignored.unsqueeze(1)).abs().sum().item<double>(), 0);
  }
}

TEST(EveryLossWithIgnoredVoxels, BoundaryWeighsThemWithNothing) {
  const auto labels = random_labels({2, 6, 5}, 4);
  EXPECT_NEAR(value("boundary", random_logits({2, 3, 6, 5}), labels.masked_fill(labels.eq(3), -1)),
              value("{boundary: {ignore_label: 3}}", random_logits({2, 3, 6, 5}), labels), 1e-12);
}

TEST(EveryLossWithIgnoredVoxels, RefusesTwoKinds) {
  const auto labels =
      random_labels({1, 4, 4}, 3).masked_fill_(random_labels({1, 4, 4}, 2).eq(1), -1);
  for (const char* name : {"dice", "cross_entropy", "focal", "lovasz", "boundary"})
    EXPECT_NE(sentence_of(*make_loss(fmt::format("{{{}: {{ignore_label: 2}}}}", name)),
                          random_logits({1, 3, 4, 4}), labels)
                  .find("leave out its option `ignore_label`"),
              std::string::npos)
        << name;
}

TEST(EveryLossWithWeights, NamesTheWrongNumberOfThem) {
  for (const char* yaml : {"{cross_entropy: {weights: [1, 2]}}", "{focal: {weights: [1, 2]}}",
                           "{focal: {weights: [1, 2], activation: softmax}}",
                           "{sum: [dice, {cross_entropy: {weights: [1, 2]}}]}"}) {
    const std::string said =
        sentence_of(*make_loss(yaml), random_logits({1, 3, 4, 4}), random_labels({1, 4, 4}, 3));
    EXPECT_NE(said.find("2 `weights`, but the network tells 3 labels apart"), std::string::npos)
        << yaml << ": " << said;
  }
}

TEST(EveryLossWithClasses, NamesOneThatTheNetworkDoesNotHave) {
  for (const char* yaml : {"{dice: {classes: [4]}}", "{tversky: {classes: [1, 4]}}"})
    EXPECT_NE(
        sentence_of(*make_loss(yaml), random_logits({1, 3, 4, 4}), random_labels({1, 4, 4}, 3))
            .find("class 4, but the network has 3 outputs"),
        std::string::npos);
}

TEST(Focal, NamesOptionsThatExcludeOneAnother) {
  EXPECT_NE(testing::loss_faults("{focal: {activation: softmax, normalized: all}}")
                .find("set activation=sigmoid"),
            std::string::npos);
  EXPECT_NE(sentence_of(*make_loss("{focal: {activation: softmax, include_background: false}}"),
                        random_logits({1, 2, 4, 4}), random_labels({1, 4, 4}, 2))
                .find("include_background=true"),
            std::string::npos);
}

}  // namespace
}  // namespace myoseg
