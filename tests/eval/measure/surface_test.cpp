#include "eval/measure/surface.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>

#include "eval/measure/scores.h"
#include "eval/measure/surface_area.h"

namespace myoseg {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// A map with a box of ones, both ends included.
LabelMap box_map(std::array<std::int64_t, 3> size, std::array<std::int64_t, 3> low,
                 std::array<std::int64_t, 3> high, std::array<double, 3> spacing = {1, 1, 1}) {
  Geometry g;
  g.size = size;
  g.spacing = spacing;
  LabelMap map(g, 1);
  for (std::int64_t z = low[2]; z <= high[2]; ++z)
    for (std::int64_t y = low[1]; y <= high[1]; ++y)
      for (std::int64_t x = low[0]; x <= high[0]; ++x) map.at(x, y, z) = 1;
  return map;
}

BitMask bits_of(const LabelMap& map) {
  return region_bits(map, {"one", {1}}, {{0, 0, 0}, map.geometry.size},
                     std::vector<bool>(static_cast<std::size_t>(map.geometry.size[2]), true));
}

SurfaceDistances between(const LabelMap& prediction, const LabelMap& truth) {
  return compare(prediction, truth, {{"one", {1}}}, {.metrics = {"hd"}}).front().voxels;
}

TEST(Surface, BitsOfARegionInABox) {
  LabelMap map = box_map({100, 3, 2}, {60, 0, 0}, {70, 2, 1});
  map.at(65, 1, 0) = 7;
  const Box box{{58, 0, 0}, {99, 3, 2}};
  const BitMask one = region_bits(map, {"one", {1}}, box, {true, true});
  EXPECT_EQ(one.count(), 65);
  EXPECT_TRUE(one.test(2, 0, 0));
  EXPECT_FALSE(one.test(1, 0, 0));
  EXPECT_FALSE(one.test(7, 1, 0));
  EXPECT_EQ(region_bits(map, {"both", {1, 7}}, box, {true, true}).count(), 66);
  EXPECT_EQ(region_bits(map, {"one", {1}}, box, {false, true}).count(), 33);
}

TEST(Surface, BorderVoxelsOfACube) {
  const LabelMap cube = box_map({130, 9, 9}, {62, 3, 3}, {66, 7, 7});
  EXPECT_EQ(border_voxels(bits_of(cube), false).count(), 125 - 27);
  // At the border of the volume there is surface, too.
  EXPECT_EQ(border_voxels(bits_of(box_map({5, 5, 5}, {0, 0, 0}, {4, 4, 4})), false).count(), 98);
  const LabelMap square = box_map({130, 9, 1}, {62, 3, 0}, {66, 7, 0});
  EXPECT_EQ(border_voxels(bits_of(square), true).count(), 16);
  EXPECT_EQ(border_voxels(bits_of(square), false).count(), 25);
}

TEST(Surface, CornersAroundAVoxel) {
  const BitMask voxel = bits_of(box_map({64, 2, 2}, {63, 1, 1}, {63, 1, 1}));
  const BitMask corners = surface_corners(voxel, false);
  EXPECT_EQ(corners.size(), (std::array<std::int64_t, 3>{65, 3, 3}));
  EXPECT_EQ(corners.count(), 8);
  EXPECT_TRUE(corners.test(63, 1, 1) && corners.test(64, 2, 2));
  EXPECT_EQ(corner_code(voxel, 63, 1, 1, false), 1U << 7);
  EXPECT_EQ(corner_code(voxel, 64, 2, 2, false), 1U);
  // Inside a solid block there is none.
  EXPECT_EQ(surface_corners(bits_of(box_map({4, 4, 4}, {0, 0, 0}, {3, 3, 3})), false).count(),
            125 - 27);
  const BitMask pixel = bits_of(box_map({3, 3, 1}, {1, 1, 0}, {1, 1, 0}));
  EXPECT_EQ(surface_corners(pixel, true).count(), 4);
  EXPECT_EQ(corner_code(pixel, 1, 2, 0, true), 1U << 1);
}

TEST(Surface, AreasOfMarchingCubes) {
  const auto unit = surface_areas({1, 1, 1});
  EXPECT_EQ(unit[0], 0);
  EXPECT_EQ(unit[255], 0);
  const double corner = std::sqrt(3.0) / 8;
  EXPECT_NEAR(unit[1 << 3], corner, 1e-15);
  EXPECT_NEAR(unit[0b00001111], 1, 1e-15);                       // half a cube
  EXPECT_NEAR(unit[0b00000011], std::sqrt(0.5), 1e-15);          // an edge: a slanted rectangle
  EXPECT_NEAR(unit[0b10000001], 2 * corner, 1e-15);              // opposite corners
  EXPECT_NEAR(unit[0b00001001], 2 * corner, 1e-15);              // across a face: kept apart
  EXPECT_NEAR(unit[0b00010111], 3 * std::sqrt(3.0) / 4, 1e-15);  // a corner and its neighbours
  EXPECT_NEAR(unit[0b00000111], 0.5 + 3 * corner, 1e-15);        // three around a face's corner
  EXPECT_NEAR(unit[0b01101001], 4 * corner, 1e-15);              // no two adjacent
  for (unsigned code = 0; code < 256; ++code) EXPECT_EQ(unit[code], unit[255 - code]) << code;
  const auto flat = surface_areas({2, 3, 5});
  EXPECT_NEAR(flat[0b00001111], 6, 1e-14);   // across z
  EXPECT_NEAR(flat[0b00110011], 10, 1e-14);  // across y
  EXPECT_NEAR(flat[0b01010101], 15, 1e-14);  // across x
  EXPECT_NEAR(flat[1], std::sqrt(6.0 * 6 + 10 * 10 + 15 * 15) / 8, 1e-14);
}

TEST(Surface, LengthsOfContours) {
  const auto lengths = contour_lengths({3, 4, 1});
  EXPECT_EQ(lengths[0], 0);
  EXPECT_EQ(lengths[15], 0);
  EXPECT_DOUBLE_EQ(lengths[0b0001], 2.5);
  EXPECT_DOUBLE_EQ(lengths[0b0111], 2.5);
  EXPECT_DOUBLE_EQ(lengths[0b0011], 3);  // the upper row set: the contour runs along x
  EXPECT_DOUBLE_EQ(lengths[0b0101], 4);
  EXPECT_DOUBLE_EQ(lengths[0b1001], 5);
}

TEST(Surface, DistancesBetweenTwoPlates) {
  // One slice thick, two slices of 2.5 mm apart.
  const LabelMap a = box_map({6, 6, 9}, {1, 1, 2}, {4, 4, 2}, {1, 1, 2.5});
  const LabelMap b = box_map({6, 6, 9}, {1, 1, 4}, {4, 4, 4}, {1, 1, 2.5});
  const SurfaceDistances d = between(a, b);
  ASSERT_EQ(d.to_truth.size(), 1u);
  EXPECT_EQ(d.to_truth[0].mm, 5);
  EXPECT_EQ(d.to_truth[0].count, 16);
  EXPECT_EQ(mean_distance(d.to_prediction), 5);
}

TEST(Surface, AStrayVoxelIsFarInOneDirectionOnly) {
  LabelMap truth = box_map({300, 200, 100}, {2, 2, 2}, {20, 20, 20});
  LabelMap prediction = truth;
  prediction.at(299, 199, 99) = 1;
  const SurfaceDistances d = between(prediction, truth);
  EXPECT_EQ(d.to_prediction.back().mm, 0);
  EXPECT_NEAR(d.to_truth.back().mm, std::sqrt(279.0 * 279 + 179 * 179 + 79 * 79), 1e-12);
  EXPECT_EQ(d.to_truth.back().count, 1);
}

TEST(Surface, PicturesHaveOutlines) {
  const LabelMap truth = box_map({9, 9, 1}, {2, 2, 0}, {6, 6, 0}, {2, 2, 5});
  LabelMap prediction = truth;
  prediction.at(4, 4, 0) = 0;  // a hole in the middle: its edge is 2 pixels from the outline
  const SurfaceDistances d = between(prediction, truth);
  EXPECT_EQ(d.to_prediction.back().mm, 0);
  ASSERT_EQ(d.to_truth.size(), 2u);
  EXPECT_EQ(d.to_truth[0].count, 16);
  EXPECT_EQ(d.to_truth[1].mm, 2);
  EXPECT_EQ(d.to_truth[1].count, 4);
}

TEST(Surface, NothingIsInfinitelyFarFromSomething) {
  const LabelMap some = box_map({5, 5, 5}, {1, 1, 1}, {3, 3, 3});
  const LabelMap none = box_map({5, 5, 5}, {1, 1, 1}, {0, 0, 0});
  const SurfaceDistances d = between(some, none);
  EXPECT_TRUE(d.to_prediction.empty());
  ASSERT_EQ(d.to_truth.size(), 1u);
  EXPECT_EQ(d.to_truth[0].mm, kInfinity);
  EXPECT_EQ(d.to_truth[0].count, 26);
  EXPECT_TRUE(between(none, none).to_truth.empty());
}

TEST(Surface, WhatIsMadeOfDistances) {
  const Distances some{{0, 1, 3}, {2, 1, 1}};
  EXPECT_DOUBLE_EQ(mean_distance(some), 0.5);
  EXPECT_DOUBLE_EQ(share_within(some, 1.9), 0.75);
  EXPECT_DOUBLE_EQ(share_within(some, 2), 1);
  // Three steps of 1.1 mm are more than 3.3 in the last bit.
  EXPECT_DOUBLE_EQ(share_within({{3 * 1.1, 1, 1}}, 3.3), 1);
  EXPECT_DOUBLE_EQ(share_within({{std::numeric_limits<double>::infinity(), 1, 1}}, 3.3), 0);
  EXPECT_DOUBLE_EQ(distance_percentile(some, 100), 2);
  EXPECT_DOUBLE_EQ(distance_percentile(some, 95), 0.85 * 2);
  EXPECT_EQ(distance_percentile(some, 50), 0);
  EXPECT_TRUE(std::isnan(distance_percentile({}, 50)));
  EXPECT_TRUE(std::isnan(mean_distance({})));
  const Distances sized{{0, 0.5, 2}, {1, 2, 1}, {3, 1, 1}};
  EXPECT_DOUBLE_EQ(total_size(sized), 4);
  EXPECT_DOUBLE_EQ(mean_distance(sized), 1.25);
  EXPECT_EQ(sized_percentile(sized, 25), 0);
  EXPECT_EQ(sized_percentile(sized, 26), 1);
  EXPECT_EQ(sized_percentile(sized, 100), 3);
  const Distances all = pooled({some, sized});
  ASSERT_EQ(all.size(), 5u);
  EXPECT_EQ(all[0].size, 0.5);
  EXPECT_EQ(all.back().mm, 3);
}

}  // namespace
}  // namespace myoseg
