#include "data/io/structures/polygon.h"

#include <gtest/gtest.h>

#include <random>

namespace myoseg {
namespace {

using Mask = std::vector<std::uint8_t>;

Mask filled(const std::vector<Polygon>& outlines, std::int64_t width, std::int64_t height) {
  Mask mask(static_cast<std::size_t>(width * height));
  fill_even_odd(outlines, width, height, mask);
  return mask;
}

TEST(Polygon, AnOutlineInAnOutlineIsAHole) {
  const Polygon outer{{0.5, 0.5}, {6.5, 0.5}, {6.5, 6.5}, {0.5, 6.5}};
  const Polygon inner{{2.5, 2.5}, {4.5, 2.5}, {4.5, 4.5}, {2.5, 4.5}};
  const Mask mask = filled({outer, inner}, 8, 8);
  EXPECT_EQ(std::count(mask.begin(), mask.end(), 1), 36 - 4);
  EXPECT_EQ(mask[3 * 8 + 3], 0);
}

TEST(Polygon, OfTwoPolygonsThatShareAnEdgeOneHasThePixelsOnIt) {
  const Polygon left{{0, 0}, {3, 0}, {3, 4}, {0, 4}}, right{{3, 0}, {7, 0}, {7, 4}, {3, 4}};
  const Mask a = filled({left}, 8, 8), b = filled({right}, 8, 8);
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_LE(a[i] + b[i], 1) << i;
  EXPECT_EQ(std::count(a.begin(), a.end(), 1), 12);
}

TEST(Polygon, OutsideThePictureNothingIsTouched) {
  EXPECT_EQ(filled({{{-5, -5}, {20, -5}, {20, 20}, {-5, 20}}}, 4, 4), Mask(16, 1));
  EXPECT_EQ(filled({{{-5, -5}, {-1, -5}, {-1, -1}}}, 4, 4), Mask(16, 0));
}

// Any mask, with islands in lakes and corners that touch.
TEST(Polygon, AMaskIsWhatItsOutlinesFill) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::int64_t width = 1 + round % 13, height = 1 + round % 7;
    Mask mask(static_cast<std::size_t>(width * height));
    for (auto& pixel : mask) pixel = random() % 3 != 0 ? 1 : 0;
    const auto outlines = trace(mask, width, height);
    EXPECT_EQ(filled(outlines, width, height), mask);
    const auto joined = with_keyholes(outlines);
    EXPECT_EQ(filled(joined, width, height), mask);
    for (const Polygon& polygon : joined) EXPECT_GT(area(polygon), 0);
  }
}

TEST(Polygon, DistancesAreExact) {
  std::mt19937 random(3);
  const std::int64_t width = 9, height = 7;
  Mask mask(static_cast<std::size_t>(width * height));
  for (auto& pixel : mask) pixel = random() % 4 == 0 ? 1 : 0;
  const auto distances = signed_distance(mask, width, height, 2, 3);
  for (std::int64_t i = 0; i < width * height; ++i) {
    double least = 1e9;
    const bool in = mask[static_cast<std::size_t>(i)] != 0;
    for (std::int64_t k = 0; k < width * height; ++k)
      if ((mask[static_cast<std::size_t>(k)] != 0) != in)
        least = std::min(least, std::hypot(2.0 * static_cast<double>(i % width - k % width),
                                           3.0 * static_cast<double>(i / width - k / width)));
    EXPECT_NEAR(distances[static_cast<std::size_t>(i)], in ? 1 - least : least - 1, 1e-4);
  }
}

}  // namespace
}  // namespace myoseg
