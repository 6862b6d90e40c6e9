#include "core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace myoseg {
namespace {

TEST(Random, IsAFunctionOfItsKey) {
  Random a(7, "augment", {3, 4}), b(7, "augment", {3, 4});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(a.bits(), b.bits());
  EXPECT_NE(Random(7, "augment", {3, 4}).bits(), Random(7, "augment", {4, 3}).bits());
  EXPECT_NE(Random(7, "augment", {3}).bits(), Random(7, "augment", {3, 0}).bits());
  EXPECT_NE(Random(7, "augment").bits(), Random(7, "order").bits());
  EXPECT_NE(Random(7, "augment").bits(), Random(8, "augment").bits());
}

TEST(Random, HasTheMomentsOfItsDistributions) {
  Random random(1, "moments");
  constexpr int n = 200000;
  double sum = 0, squares = 0, normal_sum = 0, normal_squares = 0;
  for (int i = 0; i < n; ++i) {
    const double u = random.uniform();
    ASSERT_GE(u, 0);
    ASSERT_LT(u, 1);
    sum += u;
    squares += u * u;
    const double z = random.normal();
    normal_sum += z;
    normal_squares += z * z;
  }
  EXPECT_NEAR(sum / n, 0.5, 5 * std::sqrt(1 / 12.0 / n));
  EXPECT_NEAR(squares / n, 1 / 3.0, 0.005);
  EXPECT_NEAR(normal_sum / n, 0, 5 / std::sqrt(n));
  EXPECT_NEAR(normal_squares / n, 1, 0.02);
}

TEST(Random, BelowIsEven) {
  Random random(2, "below");
  std::array<int, 6> counts{};
  for (int i = 0; i < 60000; ++i) ++counts[random.below(6)];
  for (const int count : counts) EXPECT_NEAR(count, 10000, 5 * std::sqrt(10000 * 5 / 6.0));
}

TEST(Random, PermutationsHoldEachIndexOnce) {
  auto order = Random(3, "order").permutation(100);
  EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
  std::sort(order.begin(), order.end());
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
}

}  // namespace
}  // namespace myoseg
