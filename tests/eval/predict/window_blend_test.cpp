// Windows that are blended strip by strip against the whole volume in memory.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "tests/eval/predict/predict_fixture.h"
#include "tests/eval/predict/sliding_window.h"

namespace myoseg {
namespace {

using testing::blended;
using testing::Cuts;
using testing::sliding_window;

at::Tensor noise(const std::vector<std::int64_t>& shape) {
  std::int64_t n = 1;
  for (const auto s : shape) n *= s;
  return (at::arange(n, at::kFloat) * 12.9898).sin().reshape(shape);
}

struct Case {
  Extent volume, window;
  double overlap;
};
const std::vector<Case> kCases{
    {{20, 17, 23}, {8, 6, 7}, 0.5},  {{20, 17, 23}, {8, 6, 7}, 0.25}, {{20, 17, 23}, {8, 6, 7}, 0},
    {{20, 17, 23}, {8, 6, 7}, 0.8},  {{3, 3, 3}, {8, 6, 7}, 0.5},     {{20, 3, 23}, {8, 6, 7}, 0.5},
    {{20, 17, 23}, {20, 17, 23}, 0}, {{9, 17, 1}, {8, 16, 7}, 0.5},
};

// Sees the window's place, so that windows differ where they overlap.
auto network_of(const Extent& window) {
  const at::Tensor weight = noise({3, window[0], window[1], window[2]}) + 2;
  return [weight](const at::Tensor& x) {
    return x.mean(1, true) * weight + x.select(1, 0).unsqueeze(1);
  };
}

TEST(WindowBlend, EqualsTheWholeVolumeInMemory) {
  for (const auto& [volume, window, overlap] : kCases) {
    const at::Tensor image = noise({2, volume[0], volume[1], volume[2]});
    const auto network = network_of(window);
    const std::vector<std::int64_t> size(window.begin(), window.end());
    const WindowGrid grid = volume_windows(volume, window, overlap);
    const at::Tensor whole = sliding_window(
        image.unsqueeze(0), {.window = size, .overlap = {overlap}, .batch_size = 3}, network)[0];
    const at::Tensor out =
        blended(image, grid, window_weights(size, "gaussian", {0.125}), {}, network);
    EXPECT_TRUE(at::allclose(out, whole, 1e-6, 1e-6)) << (out - whole).abs().max();
  }
}

TEST(WindowBlend, HowItIsCutChangesNoBit) {
  for (const auto& [volume, window, overlap] : kCases) {
    const at::Tensor image = noise({1, volume[0], volume[1], volume[2]});
    const auto network = network_of(window);
    const WindowGrid grid = volume_windows(volume, window, overlap);
    const at::Tensor weights = window_weights({window.begin(), window.end()}, "gaussian", {0.125});
    const at::Tensor plain = blended(image, grid, weights, {}, network);
    ASSERT_FALSE(plain.isnan().any().item<bool>());
    for (const Cuts& cuts :
         {Cuts{.batch = 4}, Cuts{.late = 2}, Cuts{.early = 3},
          Cuts{.late = 1, .early = 1, .groups = 2}, Cuts{.early = 2, .groups = 100, .batch = 2}})
      EXPECT_TRUE(at::equal(blended(image, grid, weights, cuts, network), plain))
          << cuts.late << " " << cuts.early << " " << cuts.groups << " " << cuts.batch;
  }
}

// Scores whose channels lie side by side are blended to the same bits.
TEST(WindowBlend, TheLayoutOfScoresChangesNoBit) {
  const Extent volume{20, 17, 23}, window{8, 6, 7};
  const at::Tensor image = noise({1, 20, 17, 23});
  const auto network = network_of(window);
  const auto side_by_side = [&](const at::Tensor& x) {
    return network(x).contiguous(at::MemoryFormat::ChannelsLast3d);
  };
  const WindowGrid grid = volume_windows(volume, window, 0.5);
  const at::Tensor weights = window_weights({8, 6, 7}, "gaussian", {0.125});
  for (const Cuts& cuts : {Cuts{}, Cuts{.late = 2, .early = 3, .groups = 2, .batch = 2}})
    EXPECT_TRUE(at::equal(blended(image, grid, weights, cuts, side_by_side),
                          blended(image, grid, weights, cuts, network)));
}

TEST(WindowBlend, SlicesEqualTheWholeSliceInMemory) {
  const at::Tensor image = noise({2, 7, 17, 23});  // (C,Z,Y,X)
  const at::Tensor weight = noise({3, 6, 9}) + 2;
  const auto network = [&](const at::Tensor& x) { return x.mean(1, true) * weight; };
  const at::Tensor whole =
      sliding_window(image.transpose(0, 1), {.window = {6, 9}, .batch_size = 3}, network);
  const WindowGrid grid = slice_windows({7, 17, 23}, {3, 6, 9}, 0.5);
  EXPECT_EQ(grid.layers.back().planes, 1);
  const at::Tensor weights = window_weights({6, 9}, "gaussian", {0.125}).unsqueeze(0);
  const at::Tensor out = blended(image, grid, weights, {.batch = 0}, network);
  EXPECT_TRUE(at::equal(out.transpose(0, 1), whole));
}

TEST(WindowSweep, WindowsOfAirAreComputedOnce) {
  const Extent volume{20, 17, 23}, window{8, 6, 7};
  at::Tensor image = at::zeros({1, 20, 17, 23});
  image.narrow(1, 9, 2).narrow(2, 7, 2).fill_(1);
  const auto network = network_of(window);
  const WindowGrid grid = volume_windows(volume, window, 0.25);
  const at::Tensor weights = window_weights({8, 6, 7}, "gaussian", {0.125});
  for (const std::int64_t at_once : {1, 3}) {
    std::int64_t seen = 0, of_air = 0;
    const auto counted = [&](const at::Tensor& x) {
      seen += x.size(0);
      for (const at::Tensor& one : x.unbind()) of_air += one.any().item<bool>() ? 0 : 1;
      return network(x);
    };
    const at::Tensor out = blended(image, grid, weights, {.batch = at_once}, counted);
    const at::Tensor whole =
        sliding_window(image.unsqueeze(0), {.window = {8, 6, 7}, .overlap = {0.25}}, network)[0];
    EXPECT_TRUE(at::allclose(out, whole, 1e-6, 1e-6));
    EXPECT_LT(seen, grid.windows());
    EXPECT_LE(of_air, at_once);  // those of the first batch
    EXPECT_GT(of_air, 0);
  }
}

TEST(WindowBlend, KeepsOnlyWhatWindowsToComeAddTo) {
  const WindowGrid grid = volume_windows({800, 512, 512}, {96, 96, 96}, 0.25);
  Strips strips;
  for (std::size_t r = 0; r < grid.y.size(); ++r)
    strips.push_back({grid.y[r], r + 1 < grid.y.size() ? grid.y[r + 1] : 512});
  // A row of windows, and the 40 planes that the last two layers share.
  EXPECT_EQ(WindowBlend::voxels(grid, strips, {0, 0, grid.y.size()}), 512 * (96 * 96 + 40 * 512));
}

}  // namespace
}  // namespace myoseg
