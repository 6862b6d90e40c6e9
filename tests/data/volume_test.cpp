#include "data/volume.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "data/labels.h"

namespace myoseg {
namespace {

Geometry grid() {
  Geometry g;
  g.size = {4, 3, 2};
  g.spacing = {0.5, 0.7, 5};
  g.origin = {-10, 20, -300};
  return g;
}

TEST(Volume, VoxelsLieXFastest) {
  Volume<int> volume(grid(), 2);
  EXPECT_EQ(volume.voxels.size(), 48U);
  EXPECT_EQ(volume.index(1, 2, 1, 1), 24U + 12U + 8U + 1U);
  EXPECT_DOUBLE_EQ(volume.geometry.voxel_mm3(), 1.75);
}

TEST(Volume, EqualGridsDoNotDiffer) { EXPECT_EQ(difference(grid(), grid()), ""); }

TEST(Volume, DifferenceNamesSizeAndSpacing) {
  Geometry other = grid();
  other.size[1] = 9;
  EXPECT_EQ(difference(grid(), other), "size 4 x 3 x 2 against 4 x 9 x 2");
  other = grid();
  other.spacing[2] = 3;
  EXPECT_EQ(difference(grid(), other), "spacing 0.5 x 0.7 x 5 against 0.5 x 0.7 x 3 mm");
}

TEST(Volume, OriginIsComparedInVoxels) {
  Geometry other = grid();
  other.origin[2] += 0.04;  // 0.008 of 5 mm
  EXPECT_EQ(difference(grid(), other), "");
  other.origin[0] += 0.01;  // 0.02 of 0.5 mm
  EXPECT_NE(difference(grid(), other).find("origin"), std::string::npos);
}

TEST(Volume, OriginIsComparedAlongTheAxes) {
  Geometry a = grid();
  a.direction = {0, 0, 1, 1, 0, 0, 0, 1, 0};  // the third axis (5 mm) runs along x
  Geometry b = a;
  b.origin[0] += 0.04;
  EXPECT_EQ(difference(a, b), "");
  b.origin[1] += 0.04;  // along the first axis of 0.5 mm
  EXPECT_NE(difference(a, b), "");
}

TEST(Volume, DifferenceSeesTurnedAxesAndNaN) {
  Geometry other = grid();
  other.direction[0] = -1;
  EXPECT_NE(difference(grid(), other).find("direction"), std::string::npos);
  other = grid();
  other.spacing[0] = std::nan("");
  EXPECT_NE(difference(grid(), other), "");
}

TEST(Labels, FindsByName) {
  const LabelSet set{{{"background", 0}, {"psoas", 1}}};
  EXPECT_EQ(set.classes(), 2);
  EXPECT_EQ(set.find("psoas")->value, 1);
  EXPECT_EQ(set.find("Psoas"), nullptr);
}

TEST(Labels, ColoursFollowTheFigureAndDiffer) {
  const auto rectus = label_colour(1), wall = label_colour(2), quadratus = label_colour(4);
  EXPECT_GT(rectus[2], rectus[0]);        // blue
  EXPECT_GT(wall[1], wall[0]);            // green
  EXPECT_GT(quadratus[0], quadratus[2]);  // red
  std::set<std::array<std::uint8_t, 3>> seen;
  for (int v = 0; v < 120; ++v) seen.insert(label_colour(static_cast<std::uint8_t>(v)));
  EXPECT_EQ(seen.size(), 120U);
}

}  // namespace
}  // namespace myoseg
