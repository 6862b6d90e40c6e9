#include "data/augment/intensity.h"

#include <gtest/gtest.h>

#include <cmath>

namespace myoseg {
namespace {

TEST(AugmentIntensity, EachDoesWhatItSays) {
  std::vector<float> v{0, 0.25f, 0.5f, 1};
  add_brightness(v, 0.5f);
  EXPECT_EQ(v, (std::vector<float>{0.5f, 0.75f, 1, 1.5f}));
  stretch_contrast(v, 2);  // mean 0.9375
  EXPECT_EQ(v, (std::vector<float>{0.0625f, 0.5625f, 1.0625f, 2.0625f}));
  std::vector<float> g{-1, 0, 1, 3};
  apply_gamma(g, 2);
  EXPECT_NEAR(g[0], -1, 1e-6);
  EXPECT_NEAR(g[1], -1 + 4.0 / 16, 1e-5);
  EXPECT_NEAR(g[2], -1 + 4.0 / 4, 1e-5);
  EXPECT_NEAR(g[3], 3, 1e-6);
  std::vector<float> flat{2, 2};
  apply_gamma(flat, 2);
  EXPECT_EQ(flat, (std::vector<float>{2, 2}));
}

TEST(AugmentIntensity, NoiseIsNormal) {
  std::vector<float> v(400001, 0.0f);
  Random random(11, "noise");
  add_noise(v, 2, random);
  double sum = 0, squares = 0, fourth = 0;
  std::size_t beyond = 0;
  for (const double x : v) {
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
    beyond += std::abs(x) > 1.959963985 * 2;
  }
  const auto n = static_cast<double>(v.size());
  EXPECT_NEAR(sum / n, 0, 0.02);
  EXPECT_NEAR(squares / n, 4, 0.05);
  EXPECT_NEAR(fourth / n / 16, 3, 0.1);
  EXPECT_NEAR(static_cast<double>(beyond) / n, 0.05, 0.002);
}

}  // namespace
}  // namespace myoseg
