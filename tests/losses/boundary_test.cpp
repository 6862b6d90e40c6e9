// The signed distance of the boundary loss, and the loss.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losses/voxels/distance_map.h"
#include "tests/losses/loss_fixture.h"

namespace myoseg {
namespace {

using testing::make_loss;
using testing::random_labels;
using testing::random_logits;

// Kervadec et al.'s definition, over all pairs of voxels.
std::vector<double> slow_distance(const LabelGrid& g, std::int64_t label) {
  const auto [nz, ny, nx] = g.size;
  const std::int64_t voxels = nz * ny * nx;
  std::vector<double> distance(static_cast<std::size_t>(voxels), 0);
  for (std::int64_t i = 0; i < voxels; ++i) {
    const bool inside = g.labels[i] == label;
    double least = std::numeric_limits<double>::infinity();
    for (std::int64_t j = 0; j < voxels; ++j)
      if ((g.labels[j] == label) != inside)
        least = std::min(
            least, std::hypot(static_cast<double>(i / (ny * nx) - j / (ny * nx)) * g.spacing[0],
                              static_cast<double>(i / nx % ny - j / nx % ny) * g.spacing[1],
                              static_cast<double>(i % nx - j % nx) * g.spacing[2]));
    if (std::isfinite(least)) distance[static_cast<std::size_t>(i)] = inside ? 1 - least : least;
  }
  return distance;
}

TEST(SignedDistance, EqualsTheDistanceOverAllPairs) {
  const auto labels = random_labels({5, 9, 7}, 6);
  at::Tensor few = labels.clone();  // one voxel of label 6 and a solid block of label 7
  few[1][2][3] = 6;
  few.slice(0, 2, 5).slice(1, 4, 9).slice(2, 0, 5).fill_(7);
  for (const std::array<double, 3> spacing : {std::array<double, 3>{1, 1, 1}, {2.5, 0.7, 1.1}})
    for (std::int64_t label = 0; label < 9; ++label) {  // 8 is nowhere
      const LabelGrid grid{few.data_ptr<std::int64_t>(), {5, 9, 7}, spacing};
      const auto expected = slow_distance(grid, label);
      std::vector<double> found(expected.size());
      signed_distance(grid, label, found.data());
      for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 1e-12);
    }
}

TEST(BoundaryLoss, IsTheMeanOfProbabilityTimesDistance) {
  // Label 1 in the last two columns: distances 2 1 0 -1 in every row.
  const auto labels = at::tensor(std::vector<std::int64_t>{0, 0, 1, 1}).repeat({1, 3, 1});
  const at::Tensor even = at::zeros({1, 2, 3, 4}, at::kDouble);
  EXPECT_NEAR((*make_loss("boundary"))(even, labels).item<double>(), 0.5 * (2 + 1 + 0 - 1) / 4,
              1e-12);
  // A background of its own: -1 0 1 2.
  EXPECT_NEAR((*make_loss("{boundary: {include_background: true}}"))(even, labels).item<double>(),
              0.5 * (2 + 2) / 8, 1e-12);
  // 3 mm columns: 6 3 -2 -5.
  EXPECT_NEAR((*make_loss("{boundary: {spacing: [1, 3]}}"))(even, labels).item<double>(),
              0.5 * (6 + 3 - 2 - 5) / 4, 1e-12);
  // One channel is the class 1.
  EXPECT_NEAR((*make_loss("boundary"))(even.slice(1, 0, 1), labels).item<double>(), 0.25, 1e-12);
}

TEST(BoundaryLoss, NamesAWrongSpacing) {
  const auto loss = make_loss("{boundary: {spacing: [1, 3]}}");
  EXPECT_NE(
      testing::sentence_of(*loss, random_logits({1, 2, 3, 4, 4}), random_labels({1, 3, 4, 4}, 2))
          .find("`spacing` has 2 numbers, but the images have 3 axes"),
      std::string::npos);
}

}  // namespace
}  // namespace myoseg
