#include "eval/quantities.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "eval/postprocess.h"

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
