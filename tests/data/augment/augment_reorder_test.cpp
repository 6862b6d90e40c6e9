#include "data/augment/reorder.h"

#include <gtest/gtest.h>

#include <numbers>
#include <numeric>

#include "core/error.h"
#include "data/augment/augment.h"
#include "data/augment/spatial.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

// Two channels of numbered voxels; the label is the number in the first, too.
struct Numbered {
  int depth, height, width;
  std::vector<float> image;
  std::vector<std::uint8_t> label;

  Numbered(int d, int h, int w)
      : depth(d),
        height(h),
        width(w),
        image(static_cast<std::size_t>(2 * d * h * w)),
        label(static_cast<std::size_t>(d * h * w)) {
    std::iota(image.begin(), image.end(), 0.0f);
    std::iota(label.begin(), label.end(), std::uint8_t{0});
  }
  [[nodiscard]] PatchView view() { return {image, label, 2, depth, height, width}; }
  [[nodiscard]] int number(int x, int y, int z) const { return (z * height + y) * width + x; }

  // Every voxel has become what `from(x, y, z)` numbers, in both channels and the label.
  void expect(const auto& from) const {
    for (int z = 0; z < depth; ++z)
      for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
          const auto i = static_cast<std::size_t>(number(x, y, z));
          const auto n = static_cast<std::size_t>(from(x, y, z));
          ASSERT_EQ(image[i], static_cast<float>(n));
          ASSERT_EQ(image[label.size() + i], static_cast<float>(label.size() + n));
          ASSERT_EQ(label[i], n);
        }
  }
};

TEST(AugmentReorder, MirrorsOneAxis) {
  for (const auto [d, h, w] : {std::array{4, 5, 6}, std::array{3, 4, 7}, std::array{1, 5, 3}}) {
    Numbered x(d, h, w), y(d, h, w), z(d, h, w);
    mirror_x(x.view());
    mirror_y(y.view());
    mirror_z(z.view());
    x.expect([&](int i, int j, int k) { return x.number(x.width - 1 - i, j, k); });
    y.expect([&](int i, int j, int k) { return y.number(i, y.height - 1 - j, k); });
    z.expect([&](int i, int j, int k) { return z.number(i, j, z.depth - 1 - k); });
  }
}

TEST(AugmentReorder, OnlyTheLeftRightMirrorExchangesLabels) {
  AugmentOptions o = testing::nothing();
  o.flip_swaps = {{1, 2}};
  o.mirror_y_probability = o.mirror_z_probability = 1;
  Numbered a(2, 3, 4);
  augment(a.view(), o, Random(1, "augment"));
  a.expect([&](int x, int y, int z) { return a.number(x, 2 - y, 1 - z); });
  o.mirror_y_probability = o.mirror_z_probability = 0;
  o.flip_probability = 1;
  Numbered b(2, 3, 4);
  augment(b.view(), o, Random(1, "augment"));
  EXPECT_EQ(b.label[0], 3);
  EXPECT_EQ(b.label[1], 1);
  EXPECT_EQ(b.label[2], 2);
}

TEST(AugmentReorder, TurnsByQuarters) {
  for (int quarters = 1; quarters <= 3; ++quarters) {
    Numbered a(2, 5, 5), b(2, 5, 5);
    turn_by_quarters(a.view(), quarters);
    Motion motion;
    motion.angle[2] = quarters * std::numbers::pi / 2;
    warp(b.view(), map_of(motion, b.view()), nullptr);
    EXPECT_EQ(a.label, b.label) << quarters;
    for (std::size_t i = 0; i < a.image.size(); ++i) ASSERT_NEAR(a.image[i], b.image[i], 1e-3);
  }
}

TEST(AugmentReorder, EachNumberOfQuartersIsDrawn) {
  AugmentOptions o = testing::nothing();
  o.rotate90_probability = 1;
  std::array<int, 3> drawn{};
  for (std::uint64_t i = 0; i < 30; ++i) {
    Numbered a(1, 5, 5);
    augment(a.view(), o, Random(1, "augment", {i}));
    for (int quarters = 1; quarters <= 3; ++quarters) {
      Numbered b(1, 5, 5);
      turn_by_quarters(b.view(), quarters);
      drawn[static_cast<std::size_t>(quarters - 1)] += a.label == b.label;
    }
  }
  EXPECT_EQ(drawn[0] + drawn[1] + drawn[2], 30);
  for (const int times : drawn) EXPECT_GT(times, 3);
}

TEST(AugmentReorder, QuartersNeedSquarePlanes) {
  Numbered oblong(2, 4, 5), square(2, 4, 4);
  EXPECT_THROW(turn_by_quarters(oblong.view(), 1), Error);
  PatchView view = square.view();
  view.spacing = {1, 2, 1};
  EXPECT_THROW(turn_by_quarters(view, 2), Error);
}

}  // namespace
}  // namespace myoseg
