#include "data/augment/augment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "data/augment/spatial.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

using testing::everything;
using testing::nothing;
using testing::Slice;

std::array<double, 2> centre(const std::vector<std::uint8_t>& label, int width) {
  double x = 0, y = 0, n = 0;
  for (std::size_t i = 0; i < label.size(); ++i)
    if (label[i] != 0) {
      x += static_cast<double>(i % static_cast<std::size_t>(width));
      y += static_cast<double>(i / static_cast<std::size_t>(width));
      ++n;
    }
  return {x / n, y / n};
}

TEST(Augment, IsAPureFunctionOfItsStream) {
  Slice a, b, c;
  augment(a.view(), everything(), Random(1, "augment", {2, 3}));
  augment(b.view(), everything(), Random(1, "augment", {2, 3}));
  augment(c.view(), everything(), Random(1, "augment", {2, 4}));
  EXPECT_EQ(a.image, b.image);
  EXPECT_EQ(a.label, b.label);
  EXPECT_NE(a.image, c.image);
}

TEST(Augment, NothingAskedNothingDone) {
  Slice a;
  const Slice before;
  augment(a.view(), nothing(), Random(1, "augment"));
  AugmentOptions off = everything();
  off.enabled = false;
  augment(a.view(), off, Random(1, "augment"));
  EXPECT_EQ(a.image, before.image);
  EXPECT_EQ(a.label, before.label);
}

TEST(Augment, FlipReversesRowsAndSwapsLabels) {
  Slice a;
  const Slice before;
  AugmentOptions o = nothing();
  o.flip_probability = 1;
  o.flip_swaps = {{2, 3}};
  augment(a.view(), o, Random(1, "augment"));
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) {
      const auto i = static_cast<std::size_t>(y * a.width + x);
      const auto j = static_cast<std::size_t>(y * a.width + a.width - 1 - x);
      ASSERT_EQ(a.image[i], before.image[j]);
      const int expected = before.label[j] == 2 ? 3 : before.label[j] == 3 ? 2 : 0;
      ASSERT_EQ(a.label[i], expected);
    }
}

TEST(Augment, AQuarterTurnAboutTheMiddle) {
  // Output (x, y) of a square slice is input (n - 1 - y, x).
  const int n = 5;
  std::vector<float> in(25), x(5), y(5), out(5);
  std::iota(in.begin(), in.end(), 0.0f);
  for (int row = 0; row < n; ++row) {
    source_row({{{{0, -1, 0}, {1, 0, 0}, {0, 0, 1}}}, {4, 0, 0}}, row, 0, {x, y, {}});
    sample_linear(Bordered<float>(in, 1, n, n, -1), {x, y, {}}, out);
    for (int column = 0; column < n; ++column)
      EXPECT_EQ(out[static_cast<std::size_t>(column)],
                static_cast<float>(column * n + n - 1 - row));
  }
}

TEST(Augment, BilinearBlendsWithTheFillAtTheBorder) {
  const std::vector<float> in{4, 8, 12, 16};
  std::vector<float> x{-0.5f, 0.5f, 1.5f, -3, 1e9f}, y{0, 0.5f, 1, 0, 0}, out(5);
  sample_linear(Bordered<float>(in, 1, 2, 2, 2), {x, y, {}}, out);
  EXPECT_EQ(out, (std::vector<float>{3, 10, 9, 2, 2}));
  x = {0.4f, 0.6f, 1.4f, 1.6f, -0.6f};
  y = {0, 0.6f, 1, 0, 0};
  const std::vector<std::uint8_t> labels{1, 2, 3, 4};
  std::vector<std::uint8_t> label(5);
  sample_nearest(Bordered<std::uint8_t>(labels, 1, 2, 2, 0), {x, y, {}}, label);
  EXPECT_EQ(label, (std::vector<std::uint8_t>{1, 4, 4, 0, 0}));
}

TEST(Augment, ImageAndLabelMoveTogether) {
  for (std::uint64_t i = 0; i < 12; ++i) {
    Slice a;
    AugmentOptions o = nothing();
    o.spatial_probability = o.elastic_probability = 1;
    augment(a.view(), o, Random(5, "augment", {i}));
    // The label is the blob above 1/e, so the threshold of the moved image must give the moved
    // label.
    std::size_t differ = 0, inside = 0;
    for (std::size_t p = 0; p < a.label.size(); ++p) {
      const bool above = a.image[p] > std::exp(-1.0f);
      differ += above != (a.label[p] != 0);
      inside += above;
    }
    EXPECT_LT(static_cast<double>(differ), 0.06 * static_cast<double>(inside));
  }
}

TEST(Augment, ShiftScaleAndTurnStayInTheirRanges) {
  const Slice before;
  const auto start = centre(before.label, before.width);
  const auto area = [](const Slice& s) {
    return std::count_if(s.label.begin(), s.label.end(), [](auto v) { return v != 0; });
  };
  AugmentOptions shift = nothing(), scale = nothing();
  shift.spatial_probability = scale.spatial_probability = 1;
  shift.rotation_deg = scale.rotation_deg = 0;
  shift.scale = {1, 1};
  scale.shift = 0;
  scale.scale = {1.2, 1.2};
  double least = 1e9, most = -1e9;
  for (std::uint64_t i = 0; i < 40; ++i) {
    Slice a;
    augment(a.view(), shift, Random(9, "augment", {i}));
    const auto moved = centre(a.label, a.width);
    EXPECT_LE(std::abs(moved[0] - start[0]), 0.05 * a.width + 0.5);
    EXPECT_LE(std::abs(moved[1] - start[1]), 0.05 * a.height + 0.5);
    least = std::min(least, moved[0] - start[0]);
    most = std::max(most, moved[0] - start[0]);
  }
  EXPECT_LT(least, -3);
  EXPECT_GT(most, 3);
  Slice a;
  augment(a.view(), scale, Random(9, "augment"));
  EXPECT_NEAR(static_cast<double>(area(a)) / static_cast<double>(area(before)), 1.44, 0.03);
  // Magnified about the middle: the blob's distance from it grows alike.
  EXPECT_NEAR(centre(a.label, a.width)[0] - 63.5, 1.2 * (start[0] - 63.5), 0.3);
}

TEST(Augment, DisplacementHasTheSizeAndSmoothnessAsked) {
  Random random(3, "elastic");
  double sum = 0, squares = 0, steps = 0;
  std::size_t n = 0;
  for (int repeat = 0; repeat < 6; ++repeat) {
    const Displacement displacement(random, {{}, {}, 1, 1, 400, 400}, 12, 6);
    const auto nodes = displacement.plane(0);
    for (int row = 0; row < 400; row += 5) {
      std::vector<float> x(400, 0.0f), y(400, 0.0f);
      displacement.add(nodes, row, {x, y, {}});
      for (std::size_t i = 0; i + 1 < x.size(); ++i, ++n) {
        sum += x[i];
        squares += x[i] * x[i];
        steps += (x[i + 1] - x[i]) * (x[i + 1] - x[i]);
      }
    }
  }
  const double sd = std::sqrt(squares / static_cast<double>(n));
  EXPECT_NEAR(sum / static_cast<double>(n), 0, 0.6);
  EXPECT_NEAR(sd, 6, 0.4);
  // A field smoothed by a Gaussian of 12 px has slopes of sd / (sqrt(2) * 12).
  EXPECT_NEAR(std::sqrt(steps / static_cast<double>(n)), 6 / (std::sqrt(2.0) * 12), 0.1);
}

TEST(Augment, SaysWhichTransformWentWrong) {
  Slice a;
  AugmentOptions o = nothing();
  o.intensity_probability = 1;
  o.contrast = {1e39, 1e39};
  try {
    augment(a.view(), o, Random(1, "augment"));
    FAIL() << "no error";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("'contrast'"), std::string::npos) << e.what();
  }
}

TEST(Augment, TwoChannelsMoveAlike) {
  Slice a(2);
  AugmentOptions o = nothing();
  o.spatial_probability = o.elastic_probability = 1;
  augment(a.view(), o, Random(1, "augment"));
  const auto half = static_cast<std::ptrdiff_t>(a.image.size() / 2);
  EXPECT_TRUE(std::equal(a.image.begin(), a.image.begin() + half, a.image.begin() + half));
}

}  // namespace
}  // namespace myoseg
