#include "data/prepare/onto_grid.h"

#include <gtest/gtest.h>

namespace myoseg {
namespace {

// 4 x 2 x 1 voxels of 2 x 2 x 4 mm: 1 2 3 4 in the first row, 5 6 7 8 in the second.
LabelMap small_map() {
  Geometry g;
  g.size = {4, 2, 1};
  g.spacing = {2, 2, 4};
  g.origin = {10, 20, 30};
  LabelMap map(g, 1);
  for (std::size_t i = 0; i < map.voxels.size(); ++i)
    map.voxels[i] = static_cast<std::uint8_t>(i + 1);
  return map;
}

TEST(OntoGrid, ItsOwnGridChangesNothing) {
  const LabelMap map = small_map();
  EXPECT_EQ(onto_grid(map, map.geometry).voxels, map.voxels);
}

TEST(OntoGrid, ATurnedAxisTurnsTheVoxels) {
  const LabelMap map = small_map();
  Geometry turned = map.geometry;
  turned.direction = {-1, 0, 0, 0, 1, 0, 0, 0, 1};
  turned.origin[0] = 16;  // the last voxel of a row comes first
  const LabelMap result = onto_grid(map, turned);
  EXPECT_EQ(result.voxels, (std::vector<std::uint8_t>{4, 3, 2, 1, 8, 7, 6, 5}));
  EXPECT_EQ(difference(result.geometry, turned), "");
}

TEST(OntoGrid, SwappedAxes) {
  const LabelMap map = small_map();
  Geometry swapped = map.geometry;
  swapped.size = {2, 4, 1};
  swapped.direction = {0, 1, 0, 1, 0, 0, 0, 0, 1};
  EXPECT_EQ(onto_grid(map, swapped).voxels, (std::vector<std::uint8_t>{1, 5, 2, 6, 3, 7, 4, 8}));
}

TEST(OntoGrid, FinerVoxelsTakeTheNearestAndOutsideIsBackground) {
  const LabelMap map = small_map();
  Geometry fine = map.geometry;
  fine.size = {7, 1, 2};
  fine.spacing = {1, 2, 4};
  fine.origin = {8.25, 20, 30};
  // Centres at 8.25, 9.25 ... 14.25 mm; voxels end at 9, 11, 13, 15 mm. The second slice is
  // outside.
  EXPECT_EQ(onto_grid(map, fine).voxels,
            (std::vector<std::uint8_t>{0, 1, 1, 2, 2, 3, 3, 0, 0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace myoseg
