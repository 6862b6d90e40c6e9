// Prediction by networks that see volumes.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/threads.h"
#include "data/prepare/preprocess.h"
#include "data/prepare/to_native.h"
#include "eval/predict/predictor.h"
#include "models/runtime/device.h"
#include "tests/eval/predict/predict_fixture.h"
#include "tests/eval/predict/sliding_window.h"

namespace myoseg {
namespace {

using testing::above_100;
using testing::as_it_is;
using testing::Rule;
using testing::scan;
using Window = std::vector<std::int64_t>;

std::shared_ptr<Rule> volumes(Rule::Logits rule) {
  return std::make_shared<Rule>(std::move(rule), 3);
}

void expect_above_100(const LabelMap& map, const Image& image) {
  ASSERT_EQ(map.voxels.size(), image.voxels.size());
  for (std::size_t i = 0; i < image.voxels.size(); ++i)
    ASSERT_EQ(map.voxels[i], image.voxels[i] > 100 ? 1 : 0) << i;
}

TEST(PredictVolumes, AWindowMovesOverTheVolume) {
  auto network = volumes(above_100);
  const Image image = scan();
  const PredictOptions options{.batch_size = 3, .window = {{6, 9, 4}}};
  expect_above_100(Predictor({network}, 2, as_it_is(), options)(image), image);
  EXPECT_EQ(network->largest_batch, 3);
  EXPECT_EQ(network->window, (Window{4, 9, 6}));
}

TEST(PredictVolumes, WithoutAWindowFixedSizeThenPatchThenTheWhole) {
  const Image image = scan();
  const auto seen = [&](Window fixed, const std::vector<int>& patch) {
    auto network = volumes(above_100);
    network->fixed = std::move(fixed);
    expect_above_100(Predictor({network}, 2, as_it_is(), {}, {}, patch)(image), image);
    return network->window;
  };
  EXPECT_EQ(seen({4, 8, 6}, {5, 5, 3}), (Window{4, 8, 6}));
  EXPECT_EQ(seen({}, {6, 5, 3}), (Window{3, 5, 6}));
  EXPECT_EQ(seen({}, {}), (Window{7, 16, 16}));
}

TEST(PredictVolumes, ScansSmallerThanTheWindowArePadded) {
  const PredictOptions options{.window = {{8, 8, 8}}};
  for (const std::array<std::int64_t, 3> size :
       {std::array<std::int64_t, 3>{3, 1, 1}, {1, 1, 1}, {3, 20, 5}, {20, 4, 9}}) {
    auto network = volumes(above_100);
    const Image image = scan(size);
    expect_above_100(Predictor({network}, 2, as_it_is(), options)(image), image);
    EXPECT_EQ(network->window, (Window{8, 8, 8}));
  }
}

// As in training, where patches reach beyond a scan.
TEST(PredictVolumes, BeyondTheScanLiesAir) {
  float least = 0, most = 0;
  auto network = volumes([&](const at::Tensor& x) {
    least = x.min().item<float>();
    most = x.max().item<float>();
    return above_100(x);
  });
  Image image = scan({3, 4, 2});
  std::fill(image.voxels.begin(), image.voxels.end(), 50.0F);
  (void)Predictor({network}, 2, as_it_is(), {.window = {{8, 8, 8}}})(image);
  EXPECT_EQ(least, -1024);
  EXPECT_EQ(most, 50);
}

TEST(PredictVolumes, WindowsThatDoNotFitTheNetworkAreRefused) {
  const auto refused = [](int dims, const std::vector<int>& window, Window fixed = {}) {
    auto network = std::make_shared<Rule>(above_100, dims);
    network->fixed = std::move(fixed);
    EXPECT_THROW(Predictor({network}, 2, as_it_is(), {.window = window}), Error);
  };
  refused(3, {8, 8});
  refused(2, {8, 8, 8});
  refused(3, {8, 8, 6}, {8, 8, 8});
  auto network = volumes([](const at::Tensor& x) { return above_100(x).slice(2, 1); });
  EXPECT_THROW((void)Predictor({network}, 2, as_it_is(), {})(scan()), Error);
}

// What one network says of a voxel depends on its window: logits are averaged, as MONAI does.
TEST(PredictVolumes, OneNetworksLogitsAreAveraged) {
  const Image image = scan({20, 17, 13});
  const at::Tensor weight = (at::arange(4 * 8 * 6, at::kFloat) * 7.7).sin().reshape({4, 8, 6}) + 1;
  const auto rule = [&](const at::Tensor& x) {
    return at::cat({x * weight, (256 - x) * 0.6, x * 0 + 90}, 1) / 40;
  };
  const PredictOptions options{.window = {{6, 8, 4}}};
  const LabelMap map = Predictor({volumes(rule)}, 3, as_it_is(), options)(image);
  const Prepared prepared = preprocess(image, nullptr, as_it_is());
  at::Tensor volume =
      at::tensor(at::ArrayRef<float>(prepared.image.voxels)).reshape({1, 1, 13, 17, 20});
  const at::Tensor whole =
      testing::sliding_window(volume, {.window = {4, 8, 6}}, rule)[0].argmax(0).flatten();
  int classes_seen[3] = {};
  for (std::size_t i = 0; i < map.voxels.size(); ++i) {
    ASSERT_EQ(map.voxels[i], whole[static_cast<std::int64_t>(i)].item<std::int64_t>()) << i;
    ++classes_seen[map.voxels[i]];
  }
  for (const int n : classes_seen) EXPECT_GT(n, 100);
}

// Seven classes from two features.
class TwoFeatures final : public Network {
 public:
  explicit TwoFeatures(bool says_so) : says_so_(says_so) {}
  at::Tensor forward(at::Tensor x) override { return head(features(std::move(x))); }
  [[nodiscard]] int dims() const override { return 3; }
  [[nodiscard]] std::int64_t feature_channels() const override { return says_so_ ? 2 : 0; }
  at::Tensor features(at::Tensor x) override {
    const at::Tensor place = at::arange(x.size(4), at::kFloat) * 0.7;
    return at::cat({(x * 0.03 + place).sin(), (x * 0.05 - place).cos()}, 1);
  }
  at::Tensor head(at::Tensor features) override {
    const at::Tensor weight = (at::arange(14, at::kFloat) * 1.3).sin().reshape({7, 2, 1, 1, 1});
    return at::conv3d(features, weight);
  }

 private:
  bool says_so_;
};

TEST(PredictVolumes, FeaturesAreAveragedWhereTheyAreFewer) {
  const Image image = scan({20, 17, 60});
  std::vector<LabelMap> maps;
  for (const bool says_so : {true, false})
    maps.push_back(Predictor({std::make_shared<TwoFeatures>(says_so)}, 7, as_it_is(),
                             {.window = {{6, 8, 20}}})(image));
  std::size_t differ = 0;
  std::array<std::size_t, 7> of_class{};
  for (std::size_t i = 0; i < maps[0].voxels.size(); ++i) {
    differ += maps[0].voxels[i] != maps[1].voxels[i];
    ++of_class[maps[0].voxels[i]];
  }
  EXPECT_LE(differ, 2);  // ties within rounding
  EXPECT_GT(std::count_if(of_class.begin(), of_class.end(), [](auto n) { return n > 100; }), 3);
}

TEST(PredictVolumes, AHeadOfOtherClassesIsRefused) {
  EXPECT_THROW((void)Predictor({std::make_shared<TwoFeatures>(true)}, 5, as_it_is(), {})(scan()),
               Error);
}

TEST(PredictVolumes, EnsemblesAverageProbabilities) {
  const auto constant = [](double logit) {
    return volumes([logit](const at::Tensor& x) {
      return at::cat({at::zeros_like(x), at::full_like(x, logit)}, 1);
    });
  };
  const auto predict = [&](double a, double b, double c) {
    return Predictor({constant(a), constant(b), constant(c)}, 2, as_it_is(),
                     {.window = {{8, 8, 4}}})(scan())
        .voxels.front();
  };
  EXPECT_EQ(predict(8, -1, -1), 1);
  EXPECT_EQ(predict(10, -2, -2), 0);
}

TEST(PredictVolumes, MirrorFlipsLeftAndRightAlone) {
  // Sees only the volume's corner: with mirroring the right one counts the same.
  auto network = volumes([](const at::Tensor& x) {
    at::Tensor logits = at::zeros({x.size(0), 2, 7, 16, 16});
    logits.select(1, 0).fill_(1);
    logits.select(1, 1).slice(1, 0, 3).slice(2, 0, 5).slice(3, 0, 4).fill_(20);
    return logits;
  });
  const LabelMap map = Predictor({network}, 2, as_it_is(), {.mirror = true})(scan());
  for (std::int64_t z = 0; z < 7; ++z)
    for (std::int64_t y = 0; y < 16; ++y)
      for (std::int64_t x = 0; x < 16; ++x)
        ASSERT_EQ(map.at(x, y, z), z < 3 && y < 5 && (x < 4 || x >= 12) ? 1 : 0);
}

TEST(PredictVolumes, OneChannelIsTheForegroundsSigmoid) {
  auto network = volumes([](const at::Tensor& x) { return x - 100; });
  const Image image = scan();
  expect_above_100(Predictor({network}, 1, as_it_is(), {.window = {{8, 8, 4}}})(image), image);
}

// Anisotropic, oblique in no axis, stored in another order: the map lies on the scan's own grid and
// says what the whole prepared volume says, resampled back in one piece.
TEST(PredictVolumes, ScansComeBackToTheirOwnGrid) {
  Image image = scan({24, 40, 30});
  image.geometry.spacing = {3, 0.8, 1.1};
  image.geometry.direction = {0, 1, 0, 0, 0, -1, 1, 0, 0};
  for (std::int64_t z = 0; z < 30; ++z)  // air around
    for (std::int64_t y = 0; y < 40; ++y)
      for (std::int64_t x = 0; x < 24; ++x)
        if (std::hypot(3 * (x - 12), 0.8 * (y - 18), 1.1 * (z - 16)) > 13)
          image.at(x, y, z) = -1000;
  PreprocessOptions o = as_it_is();
  o.window_hu = {-900, 300};
  o.orientation = "RAS";
  o.crop = Crop::foreground;
  for (const double spacing : {0.7, 1.5}) {
    o.spacing_mm = {{spacing, spacing, spacing}};
    const LabelMap map = Predictor({volumes(above_100)}, 2, o, {.window = {{9, 7, 8}}})(image);
    EXPECT_EQ(difference(map.geometry, image.geometry), "");
    const LabelMap whole = Predictor({volumes(above_100)}, 2, o, {})(image);
    std::size_t foreground = 0, differ = 0;
    for (std::size_t i = 0; i < map.voxels.size(); ++i) {
      differ += map.voxels[i] != whole.voxels[i];  // ties within rounding
      foreground += whole.voxels[i];
    }
    EXPECT_GT(foreground, 500);
    EXPECT_LE(differ, 2);
  }
}

TEST(PredictVolumes, ThreadsChangeNothing) {
  const Image image = scan({33, 31, 29});
  PreprocessOptions o = as_it_is();
  o.spacing_mm = {{0.8, 0.9, 1.3}};
  const int before = thread_count();
  std::vector<LabelMap> maps;
  for (const int threads : {1, 2, 5}) {
    set_thread_count(threads);
    use_threads();
    maps.push_back(Predictor({volumes(above_100)}, 2, o, {.window = {{8, 9, 10}}})(image));
  }
  set_thread_count(before);
  use_threads();
  EXPECT_EQ(maps[0].voxels, maps[1].voxels);
  EXPECT_EQ(maps[0].voxels, maps[2].voxels);
}

}  // namespace
}  // namespace myoseg
