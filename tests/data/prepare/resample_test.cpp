#include "data/prepare/resample.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/data/monai_transforms.h"

namespace myoseg {
namespace {

std::vector<float> along(const std::vector<float>& in, const Axis& axis) {
  const Axis one = resize_axis(1, 1, Interpolation::nearest);
  std::vector<float> out(static_cast<std::size_t>(axis.output()));
  resample_plane(in, axis, one, out);
  return out;
}

TEST(Resample, LinearDoublingIsCentreAligned) {
  const auto out = along({0, 4}, resize_axis(2, 4, Interpolation::linear));
  EXPECT_EQ(out, (std::vector<float>{0, 1, 3, 4}));
}

TEST(Resample, CornersAlignFirstAndLast) {
  const auto out = along({0, 4, 2}, resize_axis(3, 5, Interpolation::linear, Alignment::corners));
  EXPECT_EQ(out, (std::vector<float>{0, 2, 4, 3, 2}));
}

TEST(Resample, NearestKindsDifferByHalfAVoxel) {
  EXPECT_EQ(along({0, 1, 2, 3, 4}, resize_axis(5, 2, Interpolation::nearest)),
            (std::vector<float>{1, 3}));
  EXPECT_EQ(along({0, 1, 2, 3, 4}, resize_axis(5, 2, Interpolation::nearest_floor)),
            (std::vector<float>{0, 2}));
}

TEST(Resample, SmoothHalvingWeighsTheTriangle) {
  // Output 0 lies at 0.5 with a triangle of half-width 2: inputs 0, 1, 2 weigh 3/4, 3/4, 1/4 of
  // 7/4.
  const auto out = along({7, 14, 28, 0}, resize_axis(4, 2, Interpolation::smooth));
  EXPECT_FLOAT_EQ(out[0], (3 * 7 + 3 * 14 + 28) / 7.0f);
  EXPECT_FLOAT_EQ(out[1], (14 + 3 * 28) / 7.0f);
}

TEST(Resample, SmoothKeepsAFinePatternFromAliasing) {
  std::vector<float> stripes(300);
  for (std::size_t i = 0; i < stripes.size(); ++i) stripes[i] = i % 2 == 0 ? 1.0f : 0.0f;
  const auto smoothed = along(stripes, resize_axis(300, 100, Interpolation::smooth));
  ASSERT_EQ(smoothed.size(), 100U);
  for (const float v : smoothed) EXPECT_NEAR(v, 0.5, 0.07);
}

TEST(Resample, AreaMeansTheTouchedCells) {
  EXPECT_EQ(along({1, 2, 3, 4, 5}, resize_axis(5, 2, Interpolation::area)),
            (std::vector<float>{2, 4}));
}

TEST(Resample, SameSizeIsIdentity) {
  for (const auto method : {Interpolation::nearest, Interpolation::nearest_floor,
                            Interpolation::linear, Interpolation::smooth, Interpolation::area})
    EXPECT_TRUE(resize_axis(7, 7, method).identity());
  EXPECT_FALSE(resize_axis(7, 8, Interpolation::linear).identity());
}

TEST(Resample, LabelsVoteWhenShrinking) {
  // Weights 3/7, 3/7, 1/7 of output 0 (see above): two threes outweigh the five.
  const std::vector<std::uint8_t> in{5, 3, 3, 1};
  const Axis one = resize_axis(1, 1, Interpolation::nearest);
  std::vector<std::uint8_t> out(2);
  resample_plane(in, resize_axis(4, 2, Interpolation::smooth), one, out);
  EXPECT_EQ(out, (std::vector<std::uint8_t>{3, 3}));
}

TEST(Resample, ResizeKeepsTheFieldOfViewInPlace) {
  Geometry g;
  g.size = {4, 4, 2};
  g.spacing = {1, 2, 3};
  g.origin = {10, 20, 30};
  const Image out = testing::resize(Image(g, 1, 5.0f), {8, 2, 2}, Interpolation::linear);
  EXPECT_EQ(out.geometry.size, (std::array<std::int64_t, 3>{8, 2, 2}));
  EXPECT_DOUBLE_EQ(out.geometry.spacing[0], 0.5);
  EXPECT_DOUBLE_EQ(out.geometry.spacing[1], 4);
  EXPECT_DOUBLE_EQ(out.geometry.origin[0], 9.75);  // outer edge stays at 9.5
  EXPECT_DOUBLE_EQ(out.geometry.origin[1], 21);    // outer edge stays at 19
  for (const float v : out.voxels) EXPECT_FLOAT_EQ(v, 5);
}

TEST(Resample, SpacingFollowsARampAlongEveryAxis) {
  Geometry g;
  g.size = {5, 4, 3};
  g.spacing = {2, 3, 4};
  Image ramp(g, 2);
  for (int c = 0; c < 2; ++c)
    for (std::int64_t z = 0; z < 3; ++z)
      for (std::int64_t y = 0; y < 4; ++y)
        for (std::int64_t x = 0; x < 5; ++x)
          ramp.at(x, y, z, c) = static_cast<float>(2 * x + 3 * 10 * y + 4 * 100 * z + 10000 * c);
  const Image out = testing::resample_to_spacing(ramp, {1, 1.5, 2});
  EXPECT_EQ(out.geometry.size, (std::array<std::int64_t, 3>{9, 7, 5}));
  EXPECT_EQ(out.geometry.origin, g.origin);
  for (int c = 0; c < 2; ++c)
    for (std::int64_t z = 0; z < 5; ++z)
      for (std::int64_t y = 0; y < 7; ++y)
        for (std::int64_t x = 0; x < 9; ++x)
          EXPECT_NEAR(out.at(x, y, z, c), 1.0 * x + 15.0 * y + 200.0 * z + 10000 * c, 1e-2);
}

}  // namespace
}  // namespace myoseg
