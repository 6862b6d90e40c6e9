#include "data/augment/resolution.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "core/random.h"

namespace myoseg {
namespace {

double variance(const std::vector<float>& values) {
  double sum = 0, squares = 0;
  for (const double v : values) {
    sum += v;
    squares += v * v;
  }
  const auto n = static_cast<double>(values.size());
  return squares / n - sum * sum / (n * n);
}

TEST(AugmentResolution, BlurSpreadsAPointAsAGaussian) {
  std::vector<float> v(41 * 41, 0.0f);
  v[20 * 41 + 20] = 1;
  blur({v, {}, 1, 1, 41, 41}, 0, 2);
  double sum = 0, second = 0;
  for (int y = 0; y < 41; ++y)
    for (int x = 0; x < 41; ++x) {
      sum += v[static_cast<std::size_t>(y * 41 + x)];
      second += v[static_cast<std::size_t>(y * 41 + x)] * (x - 20) * (x - 20);
    }
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_NEAR(second, 4, 0.15);  // a little is cut off at 3 sigma
  std::vector<float> flat(30, 3.0f);
  blur({flat, {}, 1, 1, 5, 6}, 0, 1);
  for (const float f : flat) EXPECT_NEAR(f, 3, 1e-5);
}

TEST(AugmentResolution, BlurIsAsWideInMmAlongEveryAxis) {
  constexpr int kSide = 33;
  std::vector<float> v(2 * kSide * kSide * kSide, 0.0f);
  const std::size_t channel = v.size() / 2;
  v[channel + channel / 2] = 1;
  blur({v, {}, 2, kSide, kSide, kSide, {1, 1, 2}}, 1, 3);
  std::array<double, 3> second{};
  double sum = 0;
  for (int i = 0; i < kSide * kSide * kSide; ++i) {
    const double value = v[channel + static_cast<std::size_t>(i)];
    const std::array<int, 3> at{i % kSide, i / kSide % kSide, i / kSide / kSide};
    sum += value;
    for (std::size_t a = 0; a < 3; ++a) second[a] += value * (at[a] - 16) * (at[a] - 16);
  }
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_NEAR(second[0], 9, 0.3);
  EXPECT_NEAR(second[1], 9, 0.3);
  EXPECT_NEAR(4 * second[2], 9, 0.3);
  EXPECT_EQ(variance({v.begin(), v.begin() + static_cast<std::ptrdiff_t>(channel)}), 0);
}

TEST(AugmentResolution, HalfTheVoxelsAndLinesBetweenThem) {
  std::vector<float> x{9, 2, 9, 6};  // the second and the fourth are kept
  lower_resolution({x, {}, 1, 1, 1, 4}, 0, 0.5);
  EXPECT_EQ(x, (std::vector<float>{2, 3, 5, 6}));
  std::vector<float> y{9, 2, 9, 6};
  lower_resolution({y, {}, 1, 1, 4, 1}, 0, 0.5);
  EXPECT_EQ(y, x);
  std::vector<float> z{9, 2, 9, 6};
  lower_resolution({z, {}, 1, 4, 1, 1}, 0, 0.5);
  EXPECT_EQ(z, x);
}

TEST(AugmentResolution, KeepsRampsInsideAndSmoothsNoise) {
  constexpr int kSide = 24;
  std::vector<float> ramp, noise;
  Random random(1, "noise");
  for (int i = 0; i < kSide * kSide * kSide; ++i) {
    ramp.push_back(static_cast<float>(i % kSide + i / kSide % kSide - i / kSide / kSide));
    noise.push_back(static_cast<float>(random.normal()));
  }
  const auto view = [](std::vector<float>& v) { return PatchView{v, {}, 1, kSide, kSide, kSide}; };
  std::vector<float> same = noise;
  lower_resolution(view(same), 0, 1);
  EXPECT_EQ(same, noise);
  lower_resolution(view(noise), 0, 0.5);
  // A quarter of the way between two of variance 1 it is 10/16; at both ends it stays 1.
  EXPECT_NEAR(variance(noise), std::pow((22 * 10.0 / 16 + 2) / kSide, 3), 0.02);
  const std::vector<float> before = ramp;
  lower_resolution(view(ramp), 0, 1.0 / 3);
  for (int z = 2; z < kSide - 2; ++z)
    for (int y = 2; y < kSide - 2; ++y)
      for (int x = 2; x < kSide - 2; ++x) {
        const auto i = static_cast<std::size_t>((z * kSide + y) * kSide + x);
        ASSERT_NEAR(ramp[i], before[i], 1e-4);
      }
  lower_resolution(view(ramp), 0, 0.01);  // one voxel remains
  EXPECT_NEAR(variance(ramp), 0, 1e-9);
}

}  // namespace
}  // namespace myoseg
