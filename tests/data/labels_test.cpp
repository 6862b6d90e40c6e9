#include "data/labels.h"

#include <gtest/gtest.h>

#include <vector>

namespace myoseg {
namespace {

TEST(LabelCounts, EveryVoxelCountsOnceAtAnyLength) {
  for (std::size_t n = 0; n < 12; ++n) {
    std::vector<std::uint8_t> voxels;
    LabelCounts expected{};
    for (std::size_t i = 0; i < n; ++i) {
      voxels.push_back(static_cast<std::uint8_t>(i % 3 == 0 ? 255 : i));
      ++expected[voxels.back()];
    }
    EXPECT_EQ(count_labels(voxels), expected) << n;
  }
}

}  // namespace
}  // namespace myoseg
