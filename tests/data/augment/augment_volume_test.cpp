// Volumes are turned, scaled, shifted and bent in mm.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/error.h"
#include "data/augment/augment.h"
#include "data/augment/spatial.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

using testing::Volume;
using Point = std::array<double, 3>;

// The labelled voxels: their mean place, standard deviation along each axis, and volume.
struct Found {
  Point mean{}, sd{};
  double volume_mm3 = 0;
};

Found found(const Volume& v) {
  Found f;
  double n = 0;
  for (std::size_t i = 0; i < v.label.size(); ++i)
    if (v.label[i] != 0) {
      ++n;
      for (std::size_t a = 0; a < 3; ++a) {
        f.mean[a] += Volume::mm(i)[a];
        f.sd[a] += Volume::mm(i)[a] * Volume::mm(i)[a];
      }
    }
  for (std::size_t a = 0; a < 3; ++a) {
    f.mean[a] /= n;
    f.sd[a] = std::sqrt(f.sd[a] / n - f.mean[a] * f.mean[a]);
  }
  f.volume_mm3 = n * Volume::kSpacing[0] * Volume::kSpacing[1] * Volume::kSpacing[2];
  return f;
}

void expect_near(const Point& a, const Point& b, double tolerance) {
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(a[i], b[i], tolerance) << "axis " << i;
}

Found moved(const Motion& motion) {
  Volume v;
  warp(v.view(), map_of(motion, v.view()), nullptr);
  return found(v);
}

TEST(AugmentVolume, TurnsABallAboutEachAxisInMm) {
  const Point p = Volume().ball_mm;
  const double c = std::cos(0.5), s = std::sin(0.5);
  const std::array<Point, 3> expected{Point{p[0], c * p[1] + s * p[2], -s * p[1] + c * p[2]},
                                      Point{c * p[0] - s * p[2], p[1], s * p[0] + c * p[2]},
                                      Point{c * p[0] + s * p[1], -s * p[0] + c * p[1], p[2]}};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    SCOPED_TRACE(axis);
    Motion motion;
    motion.angle[axis] = 0.5;
    const Found f = moved(motion);
    expect_near(f.mean, expected[axis], 0.15);
    // It is a ball still: one of radius r has a deviation of r / sqrt 5 along every axis.
    const double sd = 14 / std::sqrt(5.0);
    expect_near(f.sd, {sd, sd, sd}, 0.1);
  }
}

TEST(AugmentVolume, ScalesAndShiftsABall) {
  const Point p = Volume().ball_mm;
  const double before = moved({}).volume_mm3;
  Motion motion;
  motion.scale = 1.2;
  const Found larger = moved(motion);
  expect_near(larger.mean, {1.2 * p[0], 1.2 * p[1], 1.2 * p[2]}, 0.15);
  EXPECT_NEAR(larger.volume_mm3 / before, 1.728, 0.04);
  motion = {};
  motion.shift = {-0.125, 0.125, -0.25};
  expect_near(moved(motion).mean,
              {p[0] - 0.125 * Volume::kWidth * 1.5, p[1] + 0.125 * Volume::kHeight * 1.5,
               p[2] - 0.25 * Volume::kDepth * 2},
              1e-6);
}

TEST(AugmentVolume, IsExactOnARamp) {
  // Linear interpolation of what is linear: wherever nothing from outside comes in.
  Volume v;
  const auto ramp = [](const Point& mm) { return 0.3 * mm[0] - 0.2 * mm[1] + 0.1 * mm[2]; };
  for (std::size_t i = 0; i < v.image.size(); ++i)
    v.image[i] = static_cast<float>(ramp(Volume::mm(i)));
  Motion motion{{0.3, -0.2, 0.4}, 1.3, {}};
  const VoxelMap map = map_of(motion, v.view());
  warp(v.view(), map, nullptr);
  std::size_t seen = 0;
  for (std::size_t i = 0; i < v.image.size(); ++i) {
    const Point at = Volume::mm(i);
    if (at[0] * at[0] + at[1] * at[1] + at[2] * at[2] > 30 * 30) continue;
    Point from{};
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b)
        from[a] += map.linear[a][b] * Volume::kSpacing[a] / Volume::kSpacing[b] * at[b];
    ASSERT_NEAR(v.image[i], ramp(from), 1e-4);
    // The turn keeps lengths.
    ASSERT_NEAR(std::hypot(from[0], from[1], from[2]) * 1.3, std::hypot(at[0], at[1], at[2]), 1e-9);
    ++seen;
  }
  EXPECT_GT(seen, 20000u);
}

TEST(AugmentVolume, ReadsBetweenEightVoxelsToTheBit) {
  std::vector<float> in;
  Random random(1, "volume");
  for (int i = 0; i < 4 * 5 * 6; ++i) in.push_back(static_cast<float>(random.normal()));
  const auto at = [&](int x, int y, int z) {
    const bool inside = x >= 0 && x < 6 && y >= 0 && y < 5 && z >= 0 && z < 4;
    return inside ? in[static_cast<std::size_t>((z * 5 + y) * 6 + x)] : -7.0f;
  };
  std::vector<float> x, y, z, out(1001);
  for (std::size_t i = 0; i < out.size(); ++i) {
    x.push_back(static_cast<float>(random.uniform(-3, 8)));
    y.push_back(static_cast<float>(random.uniform(-3, 7)));
    z.push_back(static_cast<float>(random.uniform(-3, 6)));
  }
  const std::vector<float> px = x, py = y, pz = z;
  sample_linear(Bordered<float>(in, 4, 5, 6, -7), {x, y, z}, out);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const float cx = std::floor(px[i]), cy = std::floor(py[i]), cz = std::floor(pz[i]);
    const int column = static_cast<int>(cx), row = static_cast<int>(cy),
              plane = static_cast<int>(cz);
    std::array<float, 4> along{};
    for (int k = 0; k < 4; ++k) {
      const float a = at(column, row + k % 2, plane + k / 2);
      along[static_cast<std::size_t>(k)] =
          a + (px[i] - cx) * (at(column + 1, row + k % 2, plane + k / 2) - a);
    }
    const float near = along[0] + (py[i] - cy) * (along[1] - along[0]);
    const float far = along[2] + (py[i] - cy) * (along[3] - along[2]);
    ASSERT_EQ(out[i], near + (pz[i] - cz) * (far - near));
  }
}

TEST(AugmentVolume, ImageAndLabelMoveTogether) {
  for (std::uint64_t i = 0; i < 4; ++i) {
    Volume v;
    AugmentOptions o = testing::nothing();
    o.spatial_probability = o.elastic_probability = 1;
    o.elastic_alpha_px = 3;
    augment(v.view(), o, Random(5, "augment", {i}));
    std::size_t differ = 0, inside = 0;
    for (std::size_t p = 0; p < v.label.size(); ++p) {
      const bool above = v.image[p] > std::exp(-1.0f);
      differ += above != (v.label[p] != 0);
      inside += above;
    }
    EXPECT_GT(inside, 500u);
    EXPECT_LT(static_cast<double>(differ), 0.12 * static_cast<double>(inside));
  }
}

TEST(AugmentVolume, TheDisplacementIsAsLongInMmAlongEveryAxis) {
  Random random(3, "elastic");
  constexpr int kSize = 120;
  Point squares{};
  double n = 0;
  for (int repeat = 0; repeat < 4; ++repeat) {
    const Displacement displacement(random, {{}, {}, 1, kSize, kSize, kSize, {1.5, 1.5, 2}}, 8, 4);
    for (int plane = 0; plane < kSize; plane += 7)
      for (int row = 0; row < kSize; row += 7) {
        std::vector<float> x(kSize), y(kSize), z(kSize);
        displacement.add(displacement.plane(plane), row, {x, y, z});
        for (std::size_t i = 0; i < x.size(); ++i, ++n) {
          squares[0] += std::pow(1.5 * x[i], 2);
          squares[1] += std::pow(1.5 * y[i], 2);
          squares[2] += std::pow(2 * z[i], 2);
        }
      }
  }
  for (const double sum : squares) EXPECT_NEAR(std::sqrt(sum / n), 4 * 1.5, 0.4);
}

TEST(AugmentVolume, IsAPureFunctionOfItsStream) {
  AugmentOptions o = testing::everything();
  o.mirror_y_probability = o.mirror_z_probability = o.low_resolution_probability = 0.5;
  Volume a, b, c;
  augment(a.view(), o, Random(1, "augment", {2, 3}));
  augment(b.view(), o, Random(1, "augment", {2, 3}));
  augment(c.view(), o, Random(1, "augment", {2, 4}));
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.label, b.label);
  EXPECT_NE(a.image, c.image);
}

TEST(AugmentVolume, SaysWhichTransformWentWrong) {
  Volume v;
  v.image[7] = std::numeric_limits<float>::infinity();
  AugmentOptions o = testing::nothing();
  o.low_resolution_probability = 1;
  o.low_resolution = {1, 1};
  try {
    augment(v.view(), o, Random(1, "augment"));
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("'low_resolution'"), std::string::npos) << e.what();
  }
}

}  // namespace
}  // namespace myoseg
