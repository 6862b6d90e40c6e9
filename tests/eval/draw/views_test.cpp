// Coronal planes and surfaces as pictures.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "data/labels.h"
#include "eval/draw/coronal.h"
#include "eval/draw/surface_view.h"

namespace myoseg {
namespace {

Geometry grid(std::int64_t x, std::int64_t y, std::int64_t z) {
  Geometry g;
  g.size = {x, y, z};
  g.spacing = {1, 1, 2};
  return g;
}

std::array<int, 3> pixel(const Picture& p, int x, int y) {
  const auto* c = p.rgb.data() + 3 * (static_cast<std::size_t>(y) * p.width + x);
  return {c[0], c[1], c[2]};
}
constexpr std::array<int, 3> kWhite{255, 255, 255};

TEST(CoronalSlice, HasTheHeadOnTopAndItsShapeInMillimetres) {
  Image scan(grid(20, 6, 30), 1, -1000);
  for (std::int64_t x = 0; x < 20; ++x) scan.at(x, 3, 29) = 240;  // nearest the head
  scan.at(0, 3, 0) = 240;                                         // right foot
  EXPECT_EQ(coronal_slice(scan, 3).geometry.size, (std::array<std::int64_t, 3>{20, 30, 1}));
  const Picture picture = render_slice(coronal_slice(scan, 3), nullptr, 0, {0, 20, 0, 30}, 20);
  EXPECT_EQ(picture.width, 20);
  EXPECT_EQ(picture.height, 60) << "slices are twice as far apart as columns";
  EXPECT_EQ(pixel(picture, 10, 0), kWhite);
  EXPECT_EQ(pixel(picture, 0, 59), kWhite) << "the patient's right is on the left";
  EXPECT_EQ(pixel(picture, 19, 59), (std::array<int, 3>{0, 0, 0}));
}

TEST(CoronalSlice, IsTakenWhereTheMostIsLabelled) {
  LabelMap map(grid(4, 5, 3), 1);
  EXPECT_EQ(fullest_coronal(map), 2);
  map.at(0, 1, 0) = 1;
  map.at(0, 4, 0) = map.at(0, 4, 2) = 2;
  EXPECT_EQ(fullest_coronal(map), 4);
}

// A ball of label 1 with a plate of label 2 behind it.
LabelMap ball() {
  LabelMap map(grid(40, 40, 20), 1);
  for (std::int64_t z = 0; z < 20; ++z)
    for (std::int64_t x = 0; x < 40; ++x) {
      map.at(x, 35, z) = x > 2 && x < 37 ? 2 : 0;
      for (std::int64_t y = 0; y < 34; ++y) {
        const auto dx = static_cast<double>(x) - 19.5, dy = static_cast<double>(y) - 15,
                   dz = 2 * (static_cast<double>(z) - 9.5);
        if (dx * dx + dy * dy + dz * dz < 144) map.at(x, y, z) = 1;
      }
    }
  return map;
}

TEST(SurfaceView, ShowsWhatIsInFrontAndShadesIt) {
  const LabelMap map = ball();
  const Picture picture = render_surface(map, {0, 40, 0, 20}, 80);
  EXPECT_EQ(picture.height, 80);
  const auto colour = label_colour(1);
  const auto middle = pixel(picture, 40, 40);
  // The colour of the ball, darker.
  for (std::size_t c = 0; c < 3; ++c) EXPECT_LE(middle[c], colour[c]);
  const auto sum = [&](int x, int y) {
    const auto p = pixel(picture, x, y);
    return p[0] + p[1] + p[2];
  };
  EXPECT_GT(sum(32, 28), sum(48, 54)) << "light comes from above on the left";
  EXPECT_GT(sum(32, 28), sum(40, 40));
  EXPECT_EQ(pixel(picture, 1, 40), kWhite) << "nothing is labelled there";
  EXPECT_NE(pixel(picture, 10, 4), kWhite) << "the plate";
}

TEST(SurfaceView, LooksFromTheFrontHoweverTheVoxelsAreStored) {
  const LabelMap map = ball();
  LabelMap turned = map;
  turned.geometry.direction = {-1, 0, 0, 0, -1, 0, 0, 0, -1};
  std::reverse(turned.voxels.begin(), turned.voxels.end());
  const Window window{0, 40, 0, 20};
  EXPECT_EQ(render_surface(map, window, 60).rgb, render_surface(turned, window, 60).rgb);
}

TEST(SurfaceView, WindowHoldsEveryMapsLabels) {
  LabelMap one(grid(40, 4, 20), 1), other = one;
  const Window all = front_window({&one, &other});
  EXPECT_EQ(all.x1 - all.x0, 40);
  one.at(10, 1, 5) = 1;
  other.at(30, 2, 12) = 3;
  const Window window = front_window({&one, &other});
  EXPECT_LT(window.x0, 10);
  EXPECT_GT(window.x1, 31);
  EXPECT_LT(window.y0, 5);
  EXPECT_GT(window.y1, 13);
}

}  // namespace
}  // namespace myoseg
