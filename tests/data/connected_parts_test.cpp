#include "data/connected_parts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace myoseg {
namespace {

std::vector<std::int64_t> parts(const std::vector<std::string>& rows, std::int64_t planes = 1) {
  const auto width = static_cast<std::int64_t>(rows.front().size());
  const ConnectedParts found(
      {width, static_cast<std::int64_t>(rows.size()) / planes, planes},
      [&](std::int64_t x, std::int64_t row) {
        return rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(x)] == '#';
      });
  std::vector<std::int64_t> voxels(found.voxels().size(), 0);
  for (const auto& run : found.runs()) voxels[run.part] += run.end - run.begin;
  EXPECT_EQ(voxels, found.voxels());
  std::sort(voxels.begin(), voxels.end());
  return voxels;
}

using Sizes = std::vector<std::int64_t>;

TEST(ConnectedParts, CornersDoNotJoin) {
  EXPECT_EQ(parts({"##..", "..##", "#..."}), (Sizes{1, 2, 2}));
  EXPECT_EQ(parts({"....", "...."}), Sizes{});
}

TEST(ConnectedParts, AForkJoinsLate) {
  EXPECT_EQ(parts({"#.#.#", "#.#.#", "#####", "....."}), Sizes{11});
  EXPECT_EQ(parts({"#####", "#.#.#", "#.#.#"}), Sizes{11});
}

TEST(ConnectedParts, PlanesJoinAndTheirEdgesDoNot) {
  // Two planes of two rows: the last row of one is no neighbour of the first of the next.
  EXPECT_EQ(parts({"...", "#..", "#..", "..."}, 2), (Sizes{1, 1}));
  EXPECT_EQ(parts({"#..", "..#", "##.", "..."}, 2), (Sizes{1, 3}));
}

}  // namespace
}  // namespace myoseg
