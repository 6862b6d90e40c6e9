#include "data/prepare/preprocess.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "data/prepare/orientation.h"
#include "tests/data/prepare/prepare_fixture.h"

namespace myoseg {
namespace {

using testing::grid;
using testing::labels;
using testing::one_hot;
using testing::ramp;
using testing::to_native;

TEST(Preprocess, WindowGammaAndNormalisation) {
  Image image(grid(5, 1, 1), 1);
  image.voxels = {-1000, -200, 50, 300, 2000};
  PreprocessOptions o;
  o.size = {{5, 1}};
  const auto run = [&] { return preprocess(image, nullptr, o).image.voxels; };
  EXPECT_EQ(run(), (std::vector<float>{0, 0, 0.5, 1, 1}));
  o.normalise = Normalise::symmetric;
  EXPECT_EQ(run(), (std::vector<float>{-1, -1, 0, 1, 1}));
  o.normalise = Normalise::none;
  EXPECT_EQ(run(), (std::vector<float>{-200, -200, 50, 300, 300}));
  o.normalise = Normalise::unit;
  o.gamma = 2;
  EXPECT_EQ(run(), (std::vector<float>{0, 0, 0.25, 1, 1}));
  o.gamma = 1;
  o.normalise = Normalise::zscore;  // of 0, 0, 1/2, 1, 1: mean 1/2, variance 1/5
  const auto z = run();
  EXPECT_NEAR(z[0], -0.5 / std::sqrt(0.2), 1e-6);
  EXPECT_NEAR(z[2], 0, 1e-6);
  EXPECT_NEAR(z[4], 0.5 / std::sqrt(0.2), 1e-6);
}

// Percentiles as numpy.percentile's.
TEST(Preprocess, WindowOfTheScansOwnPercentiles) {
  Image image(grid(5, 2, 1), 1);
  image.voxels = {70, 10, 30, 20, 60, 50, 40, 90, 80, 1000};
  PreprocessOptions o;
  o.size = {{5, 2}};
  o.normalise = Normalise::none;
  o.window_percentiles = {{10, 90}};
  const std::vector<float> values = preprocess(image, nullptr, o).image.voxels;
  EXPECT_FLOAT_EQ(values[1], 19);   // numpy.percentile(values, 10)
  EXPECT_FLOAT_EQ(values[9], 181);  // numpy.percentile(values, 90)
  EXPECT_EQ(values[0], 70);
  o.normalise = Normalise::unit;
  image.voxels.assign(10, 7);
  EXPECT_EQ(preprocess(image, nullptr, o).image.voxels, std::vector<float>(10, 0));
}

// Four by two millimetres, so that its longer side decides, into a square of eight pixels.
TEST(Preprocess, FitInsideKeepsTheProportions) {
  Geometry g = grid(16, 2, 1, 0.25);
  g.spacing[1] = 1;
  PreprocessOptions o;
  o.window_hu = {-100, 300};
  o.size = {{8, 8}};
  o.fit = Fit::inside;
  const Image image(g, 1, 300);
  const Prepared p = preprocess(image, nullptr, o);
  EXPECT_DOUBLE_EQ(p.image.geometry.spacing[0], 0.5);
  EXPECT_DOUBLE_EQ(p.image.geometry.spacing[1], 0.5);
  for (std::int64_t y = 0; y < 8; ++y) EXPECT_EQ(p.image.at(3, y, 0), y >= 2 && y < 6 ? 1 : 0) << y;
  EXPECT_EQ(p.image.at(0, 4, 0), 1);
  EXPECT_EQ(p.image.at(7, 4, 0), 1);
}

TEST(Preprocess, PadsWithAirAndCropsAboutTheCentre) {
  Image image(grid(3, 4, 1), 1, 300.0f);
  for (std::int64_t y = 0; y < 4; ++y) image.at(1, y, 0) = static_cast<float>(-200 + 100 * y);
  PreprocessOptions o;
  o.size = {{7, 2}};
  o.normalise = Normalise::symmetric;
  const Prepared p = preprocess(image, nullptr, o);
  EXPECT_EQ(p.image.voxels,
            (std::vector<float>{-1, -1, 1, -0.6f, 1, -1, -1, -1, -1, 1, -0.2f, 1, -1, -1}));
  EXPECT_DOUBLE_EQ(p.image.geometry.origin[0], -2);
  EXPECT_DOUBLE_EQ(p.image.geometry.origin[1], 1);
  EXPECT_TRUE(p.label.voxels.empty());
}

TEST(Preprocess, WithoutResizingTheWayBackIsExact) {
  for (const std::array<int, 2> size : {std::array<int, 2>{64, 48}, {41, 37}, {30, 70}, {20, 20}})
    for (const std::string orientation : {"", "RAS", "ASL"}) {
      const Geometry g = grid(41, 37, 5);
      const Image image = ramp(g, 2);
      const LabelMap label = labels(g, 6);
      PreprocessOptions o;
      o.size = {size[0], size[1]};
      o.orientation = orientation;
      const Prepared p = preprocess(image, &label, o);
      const LabelMap back = to_native(one_hot(p.label, 6), 6, sampling_of(p.native, o));
      EXPECT_EQ(difference(back.geometry, g), "");
      if (size[0] >= 41 && size[1] >= 41) {
        EXPECT_EQ(back.voxels, label.voxels);
      }
      // What was cropped away is background, everything else is as it was.
      std::size_t kept = 0;
      for (std::size_t i = 0; i < back.voxels.size(); ++i) {
        ASSERT_TRUE(back.voxels[i] == 0 || back.voxels[i] == label.voxels[i]) << i;
        kept += back.voxels[i] != 0;
      }
      std::size_t seen = 0;
      for (const auto v : p.label.voxels) seen += v != 0;
      EXPECT_EQ(kept, seen);
      EXPECT_EQ(difference(sampling_of(g, o).prepared(), p.image.geometry), "");
      EXPECT_EQ(difference(p.label.geometry, p.image.geometry), "");
    }
}

// A disc in mm must stay at its place in the patient through every sizing, image and label alike.
TEST(Preprocess, ImageLabelAndWayBackStayInRegister) {
  Geometry g = grid(90, 70, 1, 0.8);
  g.origin = {-30, 12, 5};
  Image image(g, 1, -200.0f);
  LabelMap label(g, 1);
  const double cx = 41.3, cy = 30.2, radius = 17.4;
  for (std::int64_t y = 0; y < 70; ++y)
    for (std::int64_t x = 0; x < 90; ++x)
      if (std::hypot(static_cast<double>(x) - cx, static_cast<double>(y) - cy) < radius) {
        image.at(x, y, 0) = 300;
        label.at(x, y, 0) = 1;
      }
  const auto centre = [](const auto& volume) {
    double sum = 0, x = 0, y = 0;
    const Geometry& geometry = volume.geometry;
    for (std::int64_t j = 0; j < geometry.size[1]; ++j)
      for (std::int64_t i = 0; i < geometry.size[0]; ++i) {
        const double w = volume.at(i, j, 0);
        sum += w;
        x += w * (geometry.origin[0] + geometry.spacing[0] * static_cast<double>(i));
        y += w * (geometry.origin[1] + geometry.spacing[1] * static_cast<double>(j));
      }
    return std::array<double, 3>{x / sum, y / sum, sum * geometry.spacing[0] * geometry.spacing[1]};
  };
  const auto truth = centre(label);
  PreprocessOptions resize;
  resize.fit = Fit::resize;
  for (const std::array<int, 2> size :
       {std::array<int, 2>{45, 35}, {180, 140}, {64, 64}, {128, 50}}) {
    resize.size = {size[0], size[1]};
    PreprocessOptions inside = resize;
    inside.fit = Fit::inside;
    PreprocessOptions spaced;
    spaced.size = {{100, 96}};
    spaced.spacing_mm = {{72.0 / size[0], 56.0 / size[1]}};
    for (const PreprocessOptions& o : {resize, inside, spaced}) {
      const Prepared p = preprocess(image, &label, o);
      if (o.fit == Fit::pad &&
          (p.image.geometry.spacing[0] < 0.75 || p.image.geometry.spacing[1] < 0.6))
        continue;
      const auto from_image = centre(p.image), from_label = centre(p.label);
      const LabelMap back = to_native(one_hot(p.label, 2), 2, sampling_of(p.native, o));
      const auto from_back = centre(back);
      for (std::size_t a = 0; a < 2; ++a) {
        EXPECT_NEAR(from_image[a], truth[a], 0.06) << name_of(o.fit) << " " << size[0];
        EXPECT_NEAR(from_label[a], truth[a], 0.25) << name_of(o.fit) << " " << size[0];
        EXPECT_NEAR(from_back[a], truth[a], 0.25) << name_of(o.fit) << " " << size[0];
      }
      EXPECT_NEAR(from_image[2] / truth[2], 1, 0.02);
      EXPECT_NEAR(from_label[2] / truth[2], 1, 0.05);
      EXPECT_NEAR(from_back[2] / truth[2], 1, 0.05);
    }
  }
}

TEST(Preprocess, SpacingNeedsAPixelSize) {
  Geometry g;
  g.size = {8, 8, 1};
  g.pixel_size = PixelSize::unknown;
  PreprocessOptions o;
  EXPECT_FALSE(sampling_of(g, o).prepared().has_pixel_size());
  o.spacing_mm = {2.0, 2.0};
  try {
    (void)sampling_of(g, o);
    ADD_FAILURE() << "resampled by a spacing that means nothing";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    EXPECT_NE(std::string(error.what()).find("spacing_mm"), std::string::npos) << error.what();
  }
}

TEST(Preprocess, SpacingThenPadHasTheSpacingAsked) {
  PreprocessOptions o;
  o.spacing_mm = {{1.25, 0.5}};
  o.size = {{16, 40}};
  const Prepared p = preprocess(ramp(grid(20, 20, 2, 0.75)), nullptr, o);
  EXPECT_EQ(p.image.geometry.size, (std::array<std::int64_t, 3>{16, 40, 2}));
  EXPECT_DOUBLE_EQ(p.image.geometry.spacing[0], 1.25);
  EXPECT_DOUBLE_EQ(p.image.geometry.spacing[1], 0.5);
  // 20 * 0.75 / 1.25 = 12 columns and 30 rows lie on the scan.
  EXPECT_EQ(p.image.at(1, 20, 0), 0);
  EXPECT_EQ(p.image.at(14, 20, 0), 0);
  EXPECT_EQ(p.image.at(8, 4, 1), 0);
}

TEST(Preprocess, OptionsThatContradictAreRefused) {
  const auto with = [](const std::string& key, Node value) {
    Node node{Node::Map{}};
    node.set(key, std::move(value));
    return node;
  };
  const auto pair = [](double a, double b) { return Node(Node::List{Node(a), Node(b)}); };
  EXPECT_EQ(bind<PreprocessOptions>(Node{Node::Map{}}).size, (std::vector<int>{512, 512}));
  EXPECT_EQ(bind<PreprocessOptions>(with("orientation", Node("LPS"))).orientation, "LPS");
  EXPECT_THROW((void)bind<PreprocessOptions>(with("orientation", Node("LLP"))), Error);
  EXPECT_THROW((void)bind<PreprocessOptions>(with("window_hu", pair(300, 300))), Error);
  EXPECT_THROW((void)bind<PreprocessOptions>(with("spacing_mm", pair(1, 0))), Error);
  Node both = with("fit", Node("resize"));
  both.set("spacing_mm", pair(1, 1));
  EXPECT_THROW((void)bind<PreprocessOptions>(both), Error);
  EXPECT_THROW((void)bind<PreprocessOptions>(with("window_percentiles", pair(99, 1))), Error);
  EXPECT_THROW((void)bind<PreprocessOptions>(with("window_percentiles", pair(1, 101))), Error);
}

TEST(Preprocess, RefusesWhatCannotBeRight) {
  Image image = ramp(grid(8, 8, 2));
  PreprocessOptions o;
  o.size = {{8, 8}};
  const LabelMap other = labels(grid(8, 7, 2), 3);
  EXPECT_THROW((void)preprocess(image, &other, o), Error);
  image.voxels[9] = std::nanf("");
  EXPECT_THROW((void)preprocess(image, nullptr, o), Error);
}

TEST(Transforms, OrientationCodesAndTurns) {
  Geometry g = grid(3, 4, 5);
  EXPECT_EQ(orientation_code(g), "LPS");
  EXPECT_TRUE(is_orientation_code("SAR"));
  EXPECT_FALSE(is_orientation_code("LRS"));
  EXPECT_FALSE(is_orientation_code("LP"));
  EXPECT_THROW((void)reorient(g, "LLS"), Error);
  const Image image = ramp(g);
  const Image turned = reorient(image, "SRA");
  EXPECT_EQ(orientation_code(turned.geometry), "SRA");
  EXPECT_EQ(turned.geometry.size, (std::array<std::int64_t, 3>{5, 3, 4}));
  for (std::int64_t z = 0; z < 5; ++z)
    for (std::int64_t y = 0; y < 4; ++y)
      for (std::int64_t x = 0; x < 3; ++x) EXPECT_EQ(turned.at(z, 2 - x, 3 - y), image.at(x, y, z));
  const Image back = reorient(turned, "LPS");
  EXPECT_EQ(difference(back.geometry, g), "");
  EXPECT_EQ(back.voxels, image.voxels);
}

}  // namespace
}  // namespace myoseg
