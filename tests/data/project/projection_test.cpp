#include "data/project/projection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"
#include "data/prepare/orientation.h"
#include "data/project/axis_ordered.h"
#include "data/project/table.h"

namespace myoseg {
namespace {

// Axes to the left, back and head, voxels of 2 x 1.5 x 4 mm, air.
Image box(std::int64_t x, std::int64_t y, std::int64_t z, float hu = -1000) {
  Geometry g;
  g.size = {x, y, z};
  g.spacing = {2, 1.5, 4};
  g.origin = {-30, 12, 500};
  return {g, 1, hu};
}

Image noise(std::int64_t x, std::int64_t y, std::int64_t z) {
  Image image = box(x, y, z);
  Random random(3, "noise");
  for (float& v : image.voxels) v = static_cast<float>(random.below(2000)) - 1000;
  return image;
}

template <class To, class From>
Volume<To> as(const Volume<From>& in) {
  Volume<To> out(in.geometry, 1);
  std::transform(in.voxels.begin(), in.voxels.end(), out.voxels.begin(),
                 [](From v) { return static_cast<To>(v); });
  return out;
}

ProjectionOptions options(RadiographView view, RayValue ray = RayValue::average) {
  ProjectionOptions o;
  o.view = view;
  o.ray = ray;
  return o;
}

constexpr RadiographView kViews[] = {RadiographView::coronal, RadiographView::sagittal,
                                     RadiographView::axial};
constexpr RayValue kValues[] = {RayValue::average, RayValue::maximum, RayValue::attenuation,
                                RayValue::transmission};

// Water at 60 keV, 1/cm.
constexpr double kWater = 0.2059;

TEST(Projection, ASlabOfWaterHasItsThicknessAsLineIntegral) {
  Image slab = box(5, 20, 6);
  for (std::int64_t z = 0; z < 6; ++z)
    for (std::int64_t y = 4; y < 12; ++y)  // 8 voxels of 1.5 mm: 12 mm
      for (std::int64_t x = 0; x < 5; ++x) slab.at(x, y, z) = 0;
  const auto pixels = [&](RayValue ray) {
    return project(slab, options(RadiographView::coronal, ray), "slab").voxels;
  };
  for (const float v : pixels(RayValue::average)) EXPECT_FLOAT_EQ(v, -1000.0F * 12 / 20);
  for (const float v : pixels(RayValue::maximum)) EXPECT_EQ(v, 0);
  for (const float v : pixels(RayValue::attenuation)) EXPECT_FLOAT_EQ(v, 1.2F * kWater);
  for (const float v : pixels(RayValue::transmission))
    EXPECT_FLOAT_EQ(v, static_cast<float>(std::exp(-1.2 * kWater)));
}

TEST(Projection, WhatPadsAScanAttenuatesLikeAir) {
  const Image padding = box(2, 3, 2, -3024);
  for (const float v :
       project(padding, options(RadiographView::coronal, RayValue::attenuation), "a").voxels)
    EXPECT_EQ(v, 0);
  for (const float v : project(padding, options(RadiographView::coronal), "a").voxels)
    EXPECT_EQ(v, -3024);
}

TEST(Projection, WaterFollowsTheTableOfItsEnergies) {
  EXPECT_DOUBLE_EQ(water_attenuation(60), kWater);
  EXPECT_DOUBLE_EQ(water_attenuation(150), 0.1505);
  EXPECT_DOUBLE_EQ(water_attenuation(20), 0.8096);
  EXPECT_NEAR(water_attenuation(70), std::sqrt(0.2059 * 0.1837), 0.002);
}

TEST(Projection, TheLongestChordOfABallIsItsDiameter) {
  // 1 mm voxels; chords are counted in voxels whose centres lie within 15.2 mm.
  Image ball = box(41, 41, 41);
  ball.geometry.spacing = {1, 1, 1};
  for (std::int64_t z = 0; z < 41; ++z)
    for (std::int64_t y = 0; y < 41; ++y)
      for (std::int64_t x = 0; x < 41; ++x)
        if (std::hypot(x - 20, y - 20, z - 20) < 15.2) ball.at(x, y, z) = 0;
  for (const RadiographView view : kViews) {
    const Image drr = project(ball, options(view, RayValue::attenuation), "ball");
    EXPECT_FLOAT_EQ(drr.at(20, 20, 0), static_cast<float>(3.1 * kWater));
    EXPECT_EQ(*std::max_element(drr.voxels.begin(), drr.voxels.end()), drr.at(20, 20, 0));
    EXPECT_FLOAT_EQ(drr.at(29, 20, 0), static_cast<float>(2.5 * kWater));  // 2 sqrt(15.2^2 - 9^2)
    EXPECT_EQ(drr.at(4, 20, 0), 0);
  }
}

TEST(Projection, LeftIsOnTheRightAndTheHeadIsUp) {
  Image scan = box(4, 5, 3);
  scan.at(3, 2, 2) = 500;  // the leftmost, of the highest slice
  const Image drr = project(scan, options(RadiographView::coronal, RayValue::maximum), "scan");
  const Geometry& g = drr.geometry;
  EXPECT_EQ(g.size, (std::array<std::int64_t, 3>{4, 3, 1}));
  EXPECT_EQ(g.spacing, (std::array<double, 3>{2, 4, 1}));
  EXPECT_EQ(drr.at(3, 0, 0), 500);
  EXPECT_EQ(orientation_code(g), "LIP");
  // The first pixel: the rightmost voxel of the highest slice, in the middle from front to back.
  EXPECT_DOUBLE_EQ(g.origin[0], -30);
  EXPECT_DOUBLE_EQ(g.origin[1], 12 + 2 * 1.5);
  EXPECT_DOUBLE_EQ(g.origin[2], 508);

  const Image side = project(scan, options(RadiographView::sagittal, RayValue::maximum), "scan");
  EXPECT_EQ(side.geometry.size, (std::array<std::int64_t, 3>{5, 3, 1}));
  EXPECT_EQ(side.geometry.spacing, (std::array<double, 3>{1.5, 4, 1}));
  EXPECT_EQ(side.at(2, 0, 0), 500);
  EXPECT_EQ(orientation_code(side.geometry), "PIR");

  const Image above = project(scan, options(RadiographView::axial, RayValue::maximum), "scan");
  EXPECT_EQ(above.at(3, 2, 0), 500);
  EXPECT_EQ(orientation_code(above.geometry), "LPS");
}

std::vector<std::string> all_orientations() {
  std::vector<std::string> codes;
  std::string axes = "LPS";
  const std::string opposite = "RAI";
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    for (int flips = 0; flips < 8; ++flips) {
      std::string code;
      for (std::size_t a = 0; a < 3; ++a)
        code += ((flips >> a) & 1) != 0 ? opposite[order[a]] : axes[order[a]];
      codes.push_back(code);
    }
  } while (std::next_permutation(order.begin(), order.end()));
  return codes;
}

TEST(Projection, EveryOrderAndDirectionOfAxesGivesTheSame) {
  const Image scan = noise(7, 19, 6);
  LabelMap labels(scan.geometry, 1);
  for (std::size_t i = 0; i < labels.voxels.size(); i += 5)
    labels.voxels[i] = static_cast<std::uint8_t>(i % 4);
  ASSERT_EQ(all_orientations().size(), 48U);  // half of them are left-handed
  for (const RadiographView view : kViews)
    for (const RayValue ray : {RayValue::average, RayValue::maximum}) {
      const ProjectionOptions o = options(view, ray);
      const Image expected = project(scan, o, "scan");
      const LabelMap mask = project(labels, o, "mask");
      for (const std::string& code : all_orientations()) {
        const Image turned = project(reorient(scan, code), o, code);
        EXPECT_EQ(difference(turned.geometry, expected.geometry), "") << code;
        EXPECT_EQ(turned.voxels, expected.voxels) << code;
        EXPECT_EQ(project(reorient(labels, code), o, code).voxels, mask.voxels) << code;
        EXPECT_EQ(project(as<std::int16_t>(reorient(scan, code)), o, code).voxels, expected.voxels)
            << code;
      }
    }
}

TEST(Projection, EveryVoxelCountsOnce) {
  // Sizes that no number of lanes, rows or bands divides.
  const Image scan = noise(37, 21, 13);
  const double sum = std::accumulate(scan.voxels.begin(), scan.voxels.end(), 0.0);
  const std::array<double, 3> depth{21, 37, 13};
  for (std::size_t v = 0; v < 3; ++v) {
    const Image drr = project(scan, options(kViews[v]), "scan");
    const double projected = std::accumulate(drr.voxels.begin(), drr.voxels.end(), 0.0);
    EXPECT_NEAR(projected * depth[v], sum, std::abs(sum) * 1e-5);
  }
}

TEST(Projection, OfTwoLabelsOnARayTheLargerIsSeen) {
  LabelMap map(box(2, 4, 2).geometry, 1);
  map.at(0, 0, 0) = 2;
  map.at(0, 3, 0) = 1;
  map.at(1, 1, 1) = 1;
  const LabelMap flat = project(map, options(RadiographView::coronal), "map");
  EXPECT_EQ(flat.voxels, (std::vector<std::uint8_t>{0, 1, 2, 0}));
}

// Turned by 12 degrees about the axis to the head, then by 7 about that to the left.
Image oblique(Image image) {
  const double a = 0.2094, b = 0.1222;
  image.geometry.direction = {std::cos(a),
                              -std::sin(a) * std::cos(b),
                              std::sin(a) * std::sin(b),
                              std::sin(a),
                              std::cos(a) * std::cos(b),
                              -std::cos(a) * std::sin(b),
                              0,
                              std::sin(b),
                              std::cos(b)};
  return image;
}

TEST(Projection, AnObliqueScanIsAsTheSameResampledFirst) {
  const Image scan = oblique(noise(12, 15, 20));
  const Image resampled = axis_ordered(scan);
  EXPECT_EQ(orientation_code(resampled.geometry), "LPS");
  for (const RadiographView view : kViews)
    for (const RayValue ray : kValues)
      for (const bool perspective : {false, true}) {
        ProjectionOptions o = options(view, ray);
        if (perspective) o.source_distance_mm = 900;
        const Image drr = project(scan, o, "scan"), expected = project(resampled, o, "scan");
        EXPECT_EQ(difference(drr.geometry, expected.geometry), "");
        EXPECT_EQ(drr.voxels, expected.voxels);
        EXPECT_EQ(project(reorient(scan, "SAR"), o, "scan").voxels.size(), expected.voxels.size());
      }
}

TEST(Projection, ResamplingToAxisOrderKeepsALinearField) {
  Image scan = oblique(box(20, 22, 24));
  const auto& g = scan.geometry;
  const auto field = [](const std::array<double, 3>& p) {
    return 0.5 * p[0] - 1.25 * p[1] + 0.75 * p[2];
  };
  const auto place = [](const Geometry& grid, const std::array<std::int64_t, 3>& v) {
    std::array<double, 3> p = grid.origin;
    for (std::size_t r = 0; r < 3; ++r)
      for (std::size_t a = 0; a < 3; ++a)
        p[r] += grid.direction[3 * r + a] * grid.spacing[a] * static_cast<double>(v[a]);
    return p;
  };
  for (std::int64_t z = 0; z < g.size[2]; ++z)
    for (std::int64_t y = 0; y < g.size[1]; ++y)
      for (std::int64_t x = 0; x < g.size[0]; ++x)
        scan.at(x, y, z) = static_cast<float>(field(place(g, {x, y, z})));
  const Image sampled = axis_ordered(scan);
  const auto& size = sampled.geometry.size;
  const std::array<std::int64_t, 3> middle{size[0] / 2, size[1] / 2, size[2] / 2};
  for (std::int64_t d = -3; d <= 3; ++d) {
    const std::array<std::int64_t, 3> at{middle[0] + d, middle[1] - d, middle[2] + d};
    EXPECT_NEAR(sampled.at(at[0], at[1], at[2]), field(place(sampled.geometry, at)), 1e-2);
  }
  EXPECT_EQ(sampled.at(0, 0, 0), -1000);  // a corner beyond the scan
}

TEST(Projection, PixelsOfAnotherSizeKeepTheMiddleAndTheMean) {
  const Image scan = box(20, 6, 10, 40);
  ProjectionOptions o = options(RadiographView::coronal);
  o.pixel_mm = 4;
  const Image drr = project(scan, o, "scan");
  EXPECT_EQ(drr.geometry.size, (std::array<std::int64_t, 3>{10, 10, 1}));
  EXPECT_EQ(drr.geometry.spacing, (std::array<double, 3>{4, 4, 1}));
  EXPECT_DOUBLE_EQ(drr.geometry.origin[0], -30 + 1);  // half a pixel of 4 less half one of 2
  for (const float v : drr.voxels) EXPECT_FLOAT_EQ(v, 40);
  const LabelMap mask = project(LabelMap(scan.geometry, 1, 1), o, "mask");
  EXPECT_EQ(difference(mask.geometry, drr.geometry), "");
  EXPECT_EQ(*std::min_element(mask.voxels.begin(), mask.voxels.end()), 1);
}

void expect_refused(const Image& scan, const ProjectionOptions& o, const std::string& words) {
  try {
    (void)project(scan, o, "a.nii");
    ADD_FAILURE() << "was projected";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find(words), std::string::npos) << error.what();
  }
}

TEST(Projection, APictureAndAScanWithoutAPlaceAreRefused) {
  expect_refused(box(8, 1, 8), options(RadiographView::coronal), "a.nii: cannot be projected");
  Image placeless = box(4, 4, 4);
  placeless.geometry.forms = NiftiForms{};
  expect_refused(placeless, options(RadiographView::coronal), "nobody knows where its front is");
  ProjectionOptions near = options(RadiographView::coronal);
  near.source_distance_mm = 5;
  expect_refused(box(4, 4, 4), near, "source_distance_mm=5");
}

// Two legs on a table, in a plane that is repeated; a lung-like hole in one.
Image on_table() {
  Image scan = box(60, 40, 4);
  for (std::int64_t z = 0; z < 4; ++z)
    for (std::int64_t y = 0; y < 40; ++y)
      for (std::int64_t x = 0; x < 60; ++x) {
        const double left = std::hypot(x - 15, y - 15), right = std::hypot(x - 44, y - 15);
        if (left < 11 || right < 9) scan.at(x, y, z) = 50;
        if (left < 3) scan.at(x, y, z) = -850;
        if (y == 34 && x > 2) scan.at(x, y, z) = 200;
        if (y == 36) scan.at(x, y, z) = -700;
      }
  return scan;
}

TEST(RemoveTable, OnlyTheBodyStays) {
  Image scan = on_table();
  remove_table(scan);
  const Image before = on_table();
  for (std::int64_t z = 0; z < 4; ++z)
    for (std::int64_t y = 0; y < 40; ++y)
      for (std::int64_t x = 0; x < 60; ++x)
        ASSERT_EQ(scan.at(x, y, z), y < 30 ? before.at(x, y, z) : -1000) << x << " " << y;
  Volume<std::int16_t> stored = as<std::int16_t>(on_table());
  remove_table(stored);
  EXPECT_EQ(as<float>(stored).voxels, scan.voxels);

  ProjectionOptions o = options(RadiographView::coronal, RayValue::maximum);
  EXPECT_EQ(project(on_table(), o, "scan").at(30, 0, 0), 200);
  o.remove_table = true;
  EXPECT_EQ(project(on_table(), o, "scan").at(30, 0, 0), -1000);
  EXPECT_EQ(project(on_table(), o, "scan").at(44, 0, 0), 50);
}

// A sentence each, and no memory taken for it.
TEST(Projection, RefusesARadiographThatNoFileHolds) {
  const auto refuse = [](const auto& scan, const ProjectionOptions& o, const std::string& part) {
    try {
      (void)project(scan, o, "scan");
      FAIL() << part << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  ProjectionOptions o = options(RadiographView::coronal);
  for (const double tiny : {1e-3, 1e-9, 1e-300}) {
    o.pixel_mm = tiny;
    refuse(noise(5, 6, 7), o, "scan: pixel_mm=");
    refuse(as<std::uint8_t>(noise(5, 6, 7)), o, "choose larger ones");
  }
  o.pixel_mm.reset();
  Image thin = oblique(box(8, 8, 8));
  for (const double tiny : {1e-4, 1e-30}) {
    thin.geometry.spacing = {tiny, 300, 300};
    refuse(thin, o, "voxels along an axis of the patient, more than 32767");
  }
}

TEST(RemoveTable, AnEmptyScanStaysEmpty) {
  Image air = box(5, 5, 5);
  remove_table(air);
  EXPECT_EQ(air.voxels, box(5, 5, 5).voxels);
}

}  // namespace
}  // namespace myoseg
