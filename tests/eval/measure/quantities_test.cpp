#include "eval/measure/quantities.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "eval/predict/postprocess.h"

namespace myoseg {
namespace {

Geometry grid() {
  Geometry g;
  g.size = {2, 2, 3};
  g.spacing = {5, 4, 10};  // 0.2 cm2 and 0.2 ml a voxel
  return g;
}

TEST(Quantities, AreasVolumesAndDensitiesOfHandMadeSlices) {
  Image scan(grid(), 1);
  LabelMap map(grid(), 1);
  map.voxels = {1, 1, 1, 0, /**/ 1, 2, 0, 0, /**/ 0, 0, 0, 0};
  scan.voxels = {10, 20, 30, 999, /**/ 60, -7, 0, 0, /**/ 0, 0, 0, 0};
  const auto q = measure(scan, map, {{"one", {1}}, {"both", {1, 2}}, {"none", {9}}});
  ASSERT_EQ(q.size(), 3u);
  EXPECT_DOUBLE_EQ(q[0].volume_ml, 0.8);
  EXPECT_DOUBLE_EQ(q[0].mean_area_cm2, 0.4);
  EXPECT_DOUBLE_EQ(q[0].max_area_cm2, 0.6);
  EXPECT_EQ(q[0].slices, 2);
  EXPECT_DOUBLE_EQ(q[0].mean_hu, 30);
  EXPECT_NEAR(q[0].sd_hu, std::sqrt((400.0 + 100 + 0 + 900) / 3), 1e-12);
  EXPECT_DOUBLE_EQ(q[1].volume_ml, 1.0);
  EXPECT_NEAR(q[1].mean_hu, 113.0 / 5, 1e-12);
  EXPECT_EQ(q[2].volume_ml, 0);
  EXPECT_EQ(q[2].slices, 0);
  EXPECT_TRUE(std::isnan(q[2].mean_hu));
}

// Of a picture without a pixel size nothing is measured in mm; of a mask alone the scan's counts.
TEST(Quantities, WithoutAPixelSizeThereAreNone) {
  Image scan(grid(), 1, 5);
  LabelMap map(grid(), 1, 1);
  const Body body{.height_m = 1.7, .l3_slice = 1};
  map.geometry.pixel_size = PixelSize::unknown;
  map.geometry.spacing = {1, 1, 1};
  EXPECT_DOUBLE_EQ(measure(scan, map, {{"one", {1}}}, {}, body)[0].volume_ml, 2.4);
  scan.geometry.pixel_size = PixelSize::unknown;
  for (const PixelSize of_map : {PixelSize::unknown, PixelSize::stated}) {
    map.geometry.pixel_size = of_map;
    const Quantity q = measure(scan, map, {{"one", {1}}}, {}, body)[0];
    for (const double value : {q.volume_ml, q.mean_area_cm2, q.max_area_cm2, q.smi_cm2_m2,
                               q.slice_area_cm2[0], q.parts[0].volume_ml})
      EXPECT_TRUE(std::isnan(value));
    EXPECT_EQ(q.mean_hu, 5);
    EXPECT_EQ(q.slices, 3);
  }
}

TEST(Quantities, TissuesByTheirDensity) {
  Image scan(grid(), 1);
  LabelMap map(grid(), 1);
  map.voxels = {1, 1, 1, 1, /**/ 1, 1, 1, 2, /**/ 0, 0, 0, 0};
  // 29.4 rounds into the low range and 29.5 into the lean one: no voxel falls between them.
  scan.voxels = {30, 150, 29.4F, 29.5F, /**/ -29, -30, 151, 100, /**/ 0, 0, 0, 0};
  const auto q = measure(scan, map, {{"one", {1}}, {"none", {9}}});
  ASSERT_EQ(q[0].parts.size(), 3u);
  EXPECT_EQ(q[0].parts[0].name, "lean_muscle");
  EXPECT_DOUBLE_EQ(q[0].parts[0].volume_ml, 0.6);
  EXPECT_DOUBLE_EQ(q[0].parts[0].fraction, 3.0 / 7);
  EXPECT_NEAR(q[0].parts[0].mean_hu, (30 + 150 + 29.5) / 3, 1e-12);
  EXPECT_DOUBLE_EQ(q[0].parts[1].volume_ml, 0.4);
  EXPECT_DOUBLE_EQ(q[0].parts[2].volume_ml, 0.2);
  EXPECT_DOUBLE_EQ(q[0].parts[2].mean_hu, -30);
  EXPECT_EQ(q[1].parts[0].volume_ml, 0);
  EXPECT_TRUE(std::isnan(q[1].parts[0].fraction));
  const auto other = measure(scan, map, {{"one", {1}}}, {.ranges = {{"high", 100, 1000}}});
  ASSERT_EQ(other[0].parts.size(), 1u);
  EXPECT_DOUBLE_EQ(other[0].parts[0].volume_ml, 0.4);
}

TEST(Quantities, MuscleIndexFromTheAreaAtL3) {
  Image scan(grid(), 1);
  LabelMap map(grid(), 1);
  map.voxels = {1, 1, 1, 0, /**/ 1, 0, 0, 0, /**/ 0, 0, 0, 0};
  const std::vector<Region> one{{"one", {1}}};
  EXPECT_TRUE(std::isnan(measure(scan, map, one)[0].smi_cm2_m2));
  const auto at = measure(scan, map, one, {}, {.height_m = 2.0, .l3_slice = 0});
  EXPECT_EQ(at[0].slice_area_cm2.size(), 3u);
  EXPECT_DOUBLE_EQ(at[0].slice_area_cm2[0], 0.6);
  EXPECT_DOUBLE_EQ(at[0].slice_area_cm2[1], 0.2);
  EXPECT_EQ(at[0].slice_area_cm2[2], 0);
  EXPECT_DOUBLE_EQ(at[0].smi_cm2_m2, 0.15);
  const auto index = [&](std::optional<std::int64_t> slice) {
    return measure(scan, map, one, {}, {.height_m = 2.0, .l3_slice = slice})[0].smi_cm2_m2;
  };
  EXPECT_DOUBLE_EQ(index(Body::kEverySlice), 0.1);
  EXPECT_TRUE(std::isnan(index(2)));
  EXPECT_TRUE(std::isnan(index(std::nullopt)));  // of a thigh, say
  EXPECT_THROW((void)index(3), Error);
}

TEST(Quantities, WhatTheFieldOfViewCutsOff) {
  Geometry g;
  g.size = {4, 4, 3};
  const Image scan(g, 1);
  LabelMap map(g, 1);
  map.at(1, 2, 1) = 1;  // inside
  map.at(3, 1, 1) = 2;  // at the border of its slice
  map.at(2, 2, 2) = 3;  // in the last slice
  const auto q = measure(scan, map, {{"1", {1}}, {"2", {2}}, {"3", {3}}, {"1 and 2", {1, 2}}});
  EXPECT_FALSE(q[0].truncated || q[0].cut_at_ends);
  EXPECT_TRUE(q[1].truncated && !q[1].cut_at_ends);
  EXPECT_TRUE(!q[2].truncated && q[2].cut_at_ends);
  EXPECT_TRUE(q[3].truncated);
  g.size = {4, 4, 1};
  LabelMap picture(g, 1);
  picture.at(1, 2, 0) = 1;
  EXPECT_FALSE(measure(Image(g, 1), picture, {{"1", {1}}})[0].cut_at_ends);
}

TEST(Postprocess, RemovesWhatIsNoMuscle) {
  Image scan(grid(), 1);
  LabelMap map(grid(), 1, 3);
  scan.voxels = {-20, 200, -20.5F, 200.5F, 0, 50, NAN, -1000, 100, 3000, 199, -19};
  postprocess(map, scan, {.hu_range = std::array<double, 2>{-20, 200}});
  EXPECT_EQ(map.voxels, (std::vector<std::uint8_t>{3, 3, 0, 0, 3, 3, 0, 0, 3, 0, 3, 3}));
  LabelMap untouched(grid(), 1, 3);
  postprocess(untouched, scan, {});
  EXPECT_EQ(untouched.voxels, std::vector<std::uint8_t>(12, 3));
}

TEST(Postprocess, RefusesAnotherGrid) {
  Geometry moved = grid();
  moved.origin[0] = 3;
  LabelMap map(moved, 1);
  EXPECT_THROW(postprocess(map, Image(grid(), 1), {}), Error);
}

}  // namespace
}  // namespace myoseg
