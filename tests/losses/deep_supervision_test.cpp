// One loss of several outputs.
#include "losses/deep_supervision.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/losses/loss_fixture.h"

namespace myoseg {
namespace {

using testing::make_loss;
using testing::random_labels;
using testing::random_logits;

TEST(DeepSupervision, WeighsOutputsAgainstLabelsAtTheirCentres) {
  const auto loss = make_loss("cross_entropy");
  const auto labels = random_labels({2, 8, 12}, 3);
  const std::vector<at::Tensor> outputs{random_logits({2, 3, 8, 12}),
                                        random_logits({2, 3, 8, 12}) * 2,
                                        random_logits({2, 3, 4, 6}), random_logits({2, 3, 2, 4})};
  // PyTorch's nearest-exact, by hand: voxel i of a size smaller by f lies at voxel i f + f / 2.
  at::Tensor half = at::empty({2, 4, 6}, at::kLong), quarter = at::empty({2, 2, 4}, at::kLong);
  for (int n = 0; n < 2; ++n) {
    for (int y = 0; y < 4; ++y)
      for (int x = 0; x < 6; ++x) half[n][y][x] = labels[n][2 * y + 1][2 * x + 1];
    for (int y = 0; y < 2; ++y)
      for (int x = 0; x < 4; ++x) quarter[n][y][x] = labels[n][4 * y + 2][3 * x + 1];
  }
  const auto value = [&](std::size_t i, const at::Tensor& l) {
    return (*loss)(outputs[i], l).item<double>();
  };
  EXPECT_NEAR(
      deep_supervision(*loss, outputs, labels).item<double>(),
      (8 * value(0, labels) + 4 * value(1, labels) + 2 * value(2, half) + value(3, quarter)) / 15,
      1e-12);
  EXPECT_NEAR(deep_supervision(*loss, outputs, labels, {1, 0, 0.5, 0}).item<double>(),
              value(0, labels) + 0.5 * value(2, half), 1e-12);
  // One output is the loss itself.
  EXPECT_EQ(deep_supervision(*loss, std::span(outputs).first(1), labels).item<double>(),
            value(0, labels));
}

TEST(DeepSupervision, ReachesEveryOutputsGradient) {
  const auto loss = make_loss("dice");
  std::vector<at::Tensor> outputs{random_logits({1, 2, 4, 4, 4}).requires_grad_(true),
                                  random_logits({1, 2, 2, 2, 4}).requires_grad_(true)};
  deep_supervision(*loss, outputs, random_labels({1, 4, 4, 4}, 2)).backward();
  for (const at::Tensor& output : outputs) EXPECT_GT(output.grad().norm().item<double>(), 0);
}

TEST(DeepSupervision, NamesWrongWeightsAndSizes) {
  const auto loss = make_loss("dice");
  const auto labels = random_labels({1, 6, 6}, 2);
  const std::vector<at::Tensor> outputs{random_logits({1, 2, 6, 6}), random_logits({1, 2, 4, 4})};
  const auto sentence = [&](const std::vector<double>& weights) -> std::string {
    try {
      (void)deep_supervision(*loss, outputs, labels, weights);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(sentence({1}).find("1 weights, but the network has 2 outputs"), std::string::npos)
      << sentence({1});
  EXPECT_NE(sentence({}).find("output 2 of the network has 4 voxels"), std::string::npos)
      << sentence({});
  EXPECT_NE(sentence({0, 0}).find("weight is not 0"), std::string::npos);
}

}  // namespace
}  // namespace myoseg
