#include "eval/predict/predictor.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "tests/eval/predict/predict_fixture.h"

namespace myoseg {
namespace {

using testing::above_100;
using testing::as_it_is;
using testing::Rule;
using testing::scan;

TEST(Predictor, EverySliceOnceInBatchesOfTheSize) {
  auto network = std::make_shared<Rule>(above_100);
  const Image image = scan();
  const LabelMap map = Predictor({network}, 2, as_it_is(), {.batch_size = 3})(image);
  EXPECT_EQ(difference(map.geometry, image.geometry), "");
  EXPECT_EQ(network->largest_batch, 3);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    ASSERT_EQ(map.voxels[i], image.voxels[i] > 100 ? 1 : 0) << i;
}

TEST(Predictor, EnsembleAveragesProbabilitiesNotLogits) {
  // Logits would average to +2; probabilities to (0.9997 + 2 * 0.269) / 3 = 0.51 and (0.982 + 2 *
  // 0.119) / 3 = 0.41.
  const auto constant = [](double logit) {
    return std::make_shared<Rule>([logit](const at::Tensor& x) {
      return at::cat({at::zeros_like(x), at::full_like(x, logit)}, 1);
    });
  };
  const auto predict = [&](double a, double b, double c) {
    return Predictor({constant(a), constant(b), constant(c)}, 2, as_it_is(), {})(scan())
        .voxels.front();
  };
  EXPECT_EQ(predict(8, -1, -1), 1);
  EXPECT_EQ(predict(10, -2, -2), 0);
}

TEST(Predictor, OneChannelIsTheForegroundsSigmoid) {
  auto network = std::make_shared<Rule>([](const at::Tensor& x) { return x - 100; });
  const Image image = scan();
  const LabelMap map = Predictor({network}, 1, as_it_is(), {.batch_size = 4})(image);
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    ASSERT_EQ(map.voxels[i], image.voxels[i] > 100 ? 1 : 0) << i;
}

TEST(Predictor, MirrorUndoesItsFlip) {
  // Sees only the image's left half: with mirroring both halves count the same.
  auto network = std::make_shared<Rule>([](const at::Tensor& x) {
    at::Tensor logits = at::zeros({x.size(0), 2, 16, 16});
    logits.slice(3, 0, 4).select(1, 1).fill_(20);
    logits.slice(3, 4, 16).select(1, 0).fill_(1);
    return logits;
  });
  const LabelMap map = Predictor({network}, 2, as_it_is(), {.mirror = true})(scan());
  for (std::int64_t x = 0; x < 16; ++x) EXPECT_EQ(map.at(x, 5, 2), x < 4 || x >= 12 ? 1 : 0) << x;
}

TEST(Predictor, AWindowMovesOverEverySlice) {
  auto network = std::make_shared<Rule>(above_100);
  const Image image = scan();
  const PredictOptions options{.batch_size = 3, .window = {{6, 9}}};
  const LabelMap map = Predictor({network}, 2, as_it_is(), options)(image);
  EXPECT_EQ(network->largest_batch, 3);
  EXPECT_EQ(network->window, (std::vector<std::int64_t>{9, 6}));
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    ASSERT_EQ(map.voxels[i], image.voxels[i] > 100 ? 1 : 0) << i;
}

TEST(Predictor, AnotherNumberOfClassesIsRefused) {
  auto network = std::make_shared<Rule>([](const at::Tensor& x) { return at::cat({x, x, x}, 1); });
  EXPECT_THROW((void)Predictor({network}, 2, as_it_is(), {})(scan()), Error);
  EXPECT_THROW(Predictor({}, 2, as_it_is(), {}), Error);
}

}  // namespace
}  // namespace myoseg
