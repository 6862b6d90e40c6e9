#include "data/project/perspective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "data/project/projection.h"

namespace myoseg {
namespace {

constexpr double kSource = 600;  // mm before the middle

Image air(std::int64_t x, std::int64_t y, std::int64_t z) {
  Geometry g;
  g.size = {x, y, z};
  g.spacing = {1, 2, 1.5};
  return {g, 1, -1000};
}

ProjectionOptions perspective(RayValue ray) {
  ProjectionOptions o;
  o.ray = ray;
  o.source_distance_mm = kSource;
  return o;
}

// The middle of what is brighter than half of the brightest, in mm from the radiograph's middle.
double bright_mm(const Image& drr, std::size_t axis) {
  const float half = *std::max_element(drr.voxels.begin(), drr.voxels.end()) / 2;
  double sum = 0, count = 0;
  for (std::int64_t j = 0; j < drr.geometry.size[1]; ++j)
    for (std::int64_t i = 0; i < drr.geometry.size[0]; ++i)
      if (drr.at(i, j, 0) > half) {
        sum += static_cast<double>(axis == 0 ? i : j);
        ++count;
      }
  return (sum / count - static_cast<double>(drr.geometry.size[axis] - 1) / 2) *
         drr.geometry.spacing[axis];
}

TEST(Perspective, APointIsMagnifiedByItsDistance) {
  for (const std::int64_t y : {5, 60, 115}) {  // 110 mm before the middle, there, and behind it
    Image scan = air(101, 121, 81);
    scan.at(80, y, 70) = 2000;  // 30 mm to the left, 45 mm up
    const Image drr = project(scan, perspective(RayValue::attenuation), "scan");
    const double distance = kSource + static_cast<double>(y - 60) * 2;
    EXPECT_NEAR(bright_mm(drr, 0), 30 * kSource / distance, 1.0) << y;
    EXPECT_NEAR(bright_mm(drr, 1), -45 * kSource / distance, 1.5) << y;
  }
}

TEST(Perspective, TheMaskIsCastByTheSameRays) {
  Image scan = air(61, 81, 41);
  LabelMap mask(scan.geometry, 1);
  for (std::int64_t z = 24; z < 32; ++z)
    for (std::int64_t y = 8; y < 14; ++y)
      for (std::int64_t x = 40; x < 50; ++x) {
        scan.at(x, y, z) = 1000;
        mask.at(x, y, z) = 3;
      }
  const Image drr = project(scan, perspective(RayValue::maximum), "scan");
  const LabelMap flat = project(mask, perspective(RayValue::maximum), "mask");
  EXPECT_EQ(difference(drr.geometry, flat.geometry), "");
  std::int64_t labelled = 0;
  for (std::size_t i = 0; i < flat.voxels.size(); ++i) {
    labelled += flat.voxels[i] == 3 ? 1 : 0;
    // Half a voxel about the edge the scan is interpolated.
    EXPECT_EQ(flat.voxels[i] == 3, drr.voxels[i] >= 0) << i;
  }
  EXPECT_GT(labelled, 10 * 8);
}

TEST(Perspective, AnObliqueRayGoesALongerWay) {
  const Image water = [] {
    Image image = air(201, 11, 101);
    std::fill(image.voxels.begin(), image.voxels.end(), 0.0F);
    return image;
  }();
  const Image drr = project(water, perspective(RayValue::attenuation), "scan");
  const auto middle_x = drr.geometry.size[0] / 2, middle_y = drr.geometry.size[1] / 2;
  const double straight = 2.2 * water_attenuation(60);
  EXPECT_NEAR(drr.at(middle_x, middle_y, 0), straight, 1e-5);
  EXPECT_NEAR(drr.at(middle_x + 90, middle_y, 0), straight * std::hypot(1, 90 / kSource), 1e-5);
}

TEST(Perspective, FromFarAwayItIsParallel) {
  Image scan = air(21, 15, 17);
  for (std::size_t i = 0; i < scan.voxels.size(); ++i)
    scan.voxels[i] = static_cast<float>(i * 37 % 1500) - 900;
  for (const RayValue ray : {RayValue::average, RayValue::maximum, RayValue::attenuation}) {
    ProjectionOptions parallel, far;
    parallel.ray = far.ray = ray;
    far.source_distance_mm = 1e9;
    const Image expected = project(scan, parallel, "scan"), drr = project(scan, far, "scan");
    // The grid has one pixel more on each side, for the near face's sake.
    ASSERT_EQ(drr.geometry.size[0], expected.geometry.size[0] + 2);
    for (std::int64_t j = 0; j < expected.geometry.size[1]; ++j)
      for (std::int64_t i = 0; i < expected.geometry.size[0]; ++i)
        EXPECT_NEAR(drr.at(i + 1, j + 1, 0), expected.at(i, j, 0), 0.02);
    EXPECT_LE(drr.at(0, 0, 0), ray == RayValue::attenuation ? 0 : -1000);
  }
}

}  // namespace
}  // namespace myoseg
