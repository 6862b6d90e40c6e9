// The engine under the cohorts: outlines, coverage, textures, the NIfTI writer.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

#include "data/cohort/outline.h"
#include "data/cohort/raster.h"
#include "data/cohort/sweep.h"
#include "data/cohort/texture.h"
#include "data/io/formats/nifti_write.h"
#include "data/io/image_io.h"
#include "tests/testing/temporary.h"

namespace myoseg::cohort {
namespace {

double total(const Coverage& c) { return std::accumulate(c.share.begin(), c.share.end(), 0.0); }

TEST(CohortRaster, SharesOfARectangleAreExact) {
  Raster raster(5, 5);
  const Coverage& c = raster.fill({{0.5, 1}, {2.25, 1}, {2.25, 3.5}, {0.5, 3.5}});
  ASSERT_EQ(c.x0, 0);
  ASSERT_EQ(c.y0, 1);
  ASSERT_EQ(c.width, 3);
  ASSERT_EQ(c.height, 3);
  EXPECT_EQ(c.share, (std::vector<float>{0.5F, 1, 0.25F, 0.5F, 1, 0.25F, 0.25F, 0.5F, 0.125F}));
}

TEST(CohortRaster, SharesOfASlantedEdgeAreExact) {
  Raster raster(4, 4);
  const Coverage& c = raster.fill({{0, 0}, {2, 0}, {0, 2}});  // pixels 1, 1/2, 1/2, 0
  EXPECT_EQ(c.share, (std::vector<float>{1, 0.5F, 0.5F, 0}));
}

TEST(CohortRaster, ShareOfADiscIsItsAreaEitherWayRound) {
  Raster raster(100, 100);
  Outline disc = ellipse({50.3, 49.1}, 30, 20, 0.4, 2000);
  const double expected = std::numbers::pi * 30 * 20;
  EXPECT_NEAR(total(raster.fill(disc)), expected, 0.2);
  std::reverse(disc.begin(), disc.end());
  EXPECT_NEAR(total(raster.fill(disc)), expected, 0.2);
}

TEST(CohortRaster, WhatLiesOutsideIsCutOff) {
  Raster raster(10, 10);
  EXPECT_NEAR(total(raster.fill({{-5, -5}, {4, -5}, {4, 30}, {-5, 30}})), 40, 1e-4);
  EXPECT_EQ(total(raster.fill({{20, 1}, {30, 1}, {30, 5}})), 0);
}

TEST(CohortOutline, SmoothCurvesPassThroughTheirKnots) {
  const std::vector<Point> knots{{0, -3}, {4, 0}, {0, 5}};
  const Outline o = smooth_symmetric(knots, 6);
  ASSERT_EQ(o.size(), 24U);
  EXPECT_EQ(o[6].x, 4);
  EXPECT_EQ(o[12].y, 5);
  EXPECT_EQ(o[18].x, -4);
}

TEST(CohortOutline, StripsGrowthAndHandsKeepTheirMeasures) {
  const Path line{{0, 0}, {50, 0}, {100, 0}};
  const Outline bar = strip(
      line, 10, 90, [](double) { return 2.0; }, [](double) { return 5.0; });
  EXPECT_NEAR(area(bar), 80 * 3, 1e-9);
  EXPECT_NEAR(bar.front().y, 2, 1e-9);  // right of the direction +x is +y: the back
  const Outline disc = ellipse({0, 0}, 40, 40, 0, 400);
  EXPECT_NEAR(area(grown(disc, -4)), std::numbers::pi * 36 * 36, 1);
  Random random(1, "test");
  double squares = 0;
  for (int i = 0; i < 20; ++i)
    for (const Point& p : redrawn(disc, random, 0.5, 9, 0))
      squares += std::pow(std::hypot(p.x, p.y) - 40, 2) / (20 * 400);
  EXPECT_NEAR(std::sqrt(squares), 0.5, 0.05);
}

TEST(CohortSweep, PassesItsStationsAndStaysBetweenThem) {
  const Sweep sweep{{10, {0, 5, 4, 2}}, {0, {8, 5, 4, 6}}, {-30, {9, 5, 1, 6}}};
  EXPECT_FALSE(section_at(sweep, 10.1));
  EXPECT_FALSE(section_at(sweep, -30.1));
  EXPECT_NEAR(section_at(sweep, 0)->x, 8, 1e-12);
  EXPECT_NEAR(section_at(sweep, -30)->rx, 1, 1e-12);
  EXPECT_NEAR(section_at(sweep, -15)->y, 5, 1e-12);
  double before = -1;
  for (double z = 10; z >= -30; z -= 0.5) {
    const Section s = section_at(sweep, z).value();
    EXPECT_GT(s.x, before) << z;  // rises all the way
    EXPECT_LE(s.ry, 6 + 1e-12);
    before = s.x;
  }
}

TEST(CohortSweep, SectionsHaveTheirArea) {
  const Outline plain = section_outline({3, 4, 10, 20, 0.3}, 2, {}, 400);
  EXPECT_NEAR(area(plain), std::numbers::pi * 200, 0.1);
  // Bending shears: it keeps the area. The angle turns x to y.
  EXPECT_NEAR(area(section_outline({3, 4, 10, 20, 0.3, 6}, 2, {}, 400)), area(plain), 0.5);
  EXPECT_NEAR(plain[0].x, 3 + 10 * std::cos(0.3), 1e-9);
  EXPECT_NEAR(plain[0].y, 4 + 10 * std::sin(0.3), 1e-9);
  EXPECT_GT(area(section_outline({3, 4, 10, 20}, 3, {}, 400)), 1.05 * area(plain));
}

double mean_square(const std::vector<float>& field) {
  return std::inner_product(field.begin(), field.end(), field.begin(), 0.0) /
         static_cast<double>(field.size());
}

TEST(CohortTexture, FieldsHaveUnitVariance) {
  std::vector<float> field(1 << 16);
  Random random(3, "test");
  white_noise(random, field);
  EXPECT_NEAR(std::accumulate(field.begin(), field.end(), 0.0) / 65536, 0, 0.02);
  EXPECT_NEAR(mean_square(field), 1, 0.02);
  // One smooth field has few independent values: its own variance strays by 0.036.
  double sum = 0;
  for (std::uint64_t subject = 0; subject < 40; ++subject) {
    smooth_field(3, subject, 0, 0, 4, 256, 256, field);
    sum += mean_square(field);
  }
  EXPECT_NEAR(sum / 40, 1, 0.025);
}

TEST(CohortTexture, ConvolutionSpreadsAPoint) {
  std::vector<float> field(25, 0.0F), scratch;
  field[12] = 1;
  convolve(field, 5, 5, {0.5F, 0.25F}, scratch);
  EXPECT_EQ(field[12], 0.25F);
  EXPECT_EQ(field[11], 0.125F);
  EXPECT_EQ(field[6], 0.0625F);
  EXPECT_EQ(field[10], 0);
}

TEST(NiftiWrite, AnotherReaderSeesTheSameGridAndVoxels) {
  const testing::TemporaryFolder folder;
  const double c = std::cos(0.7), s = std::sin(0.7);
  const std::vector<std::array<double, 9>> directions{{1, 0, 0, 0, 1, 0, 0, 0, 1},
                                                      {c, -s, 0, s, c, 0, 0, 0, 1},
                                                      {-1, 0, 0, 0, 0, -1, 0, -1, 0},
                                                      {0, 0, 1, 1, 0, 0, 0, -1, 0}};
  for (const auto& direction : directions) {
    Geometry g;
    g.size = {4, 3, 2};
    g.spacing = {0.7, 0.8, 5};
    g.origin = {-11, 22.5, 33};
    g.direction = direction;
    Volume<std::int16_t> image(g, 1);
    std::iota(image.voxels.begin(), image.voxels.end(), std::int16_t{-1024});
    LabelMap labels(g, 1);
    labels.at(2, 1, 1) = 5;
    write_nifti(folder / "image.nii.gz", image);
    write_nifti(folder / "labels.nii", labels);
    const Image read = read_image(folder / "image.nii.gz");
    EXPECT_EQ(difference(read.geometry, g), "");
    EXPECT_EQ(read.voxels, std::vector<float>(image.voxels.begin(), image.voxels.end()));
    const LabelMap read_labels = read_label_map(folder / "labels.nii");
    EXPECT_EQ(difference(read_labels.geometry, g), "");
    EXPECT_EQ(read_labels.voxels, labels.voxels);
  }
}

}  // namespace
}  // namespace myoseg::cohort
