// Scans as volumes: every axis resampled.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "data/prepare/preprocess.h"
#include "tests/data/prepare/prepare_fixture.h"

namespace myoseg {
namespace {

using testing::grid;
using testing::labels;
using testing::one_hot;
using testing::ramp;
using testing::to_native;

// A ball in mm comes back from every volume that a network sees, whatever its axes and spacing.
TEST(Preprocess, VolumesComeBackToTheScansGrid) {
  Geometry g = grid(40, 36, 24, 1.2);
  g.spacing[2] = 2;
  Image image(g, 1, -400.0f);
  LabelMap label(g, 1);
  for (std::int64_t z = 0; z < 24; ++z)
    for (std::int64_t y = 0; y < 36; ++y)
      for (std::int64_t x = 0; x < 40; ++x) {
        const double r =
            std::hypot(1.2 * (static_cast<double>(x) - 22.3), 1.2 * (static_cast<double>(y) - 15.1),
                       2 * (static_cast<double>(z) - 12.4));
        image.at(x, y, z) = r < 14 ? 100.0f : -400.0f;
        label.at(x, y, z) = r < 14;
      }
  const auto voxels = static_cast<double>(std::count(label.voxels.begin(), label.voxels.end(), 1));
  for (const std::string orientation : {"", "RAS", "SLA"})
    for (const Resampling resampling : {Resampling::smooth, Resampling::linear})
      for (const Crop crop : {Crop::none, Crop::foreground})
        for (const double spacing : {0.9, 1.7}) {
          PreprocessOptions o;
          o.orientation = orientation;
          o.resampling = resampling;
          o.crop = crop;
          o.spacing_mm = {spacing, spacing, 1.5};
          o.size.reset();
          const Prepared p = preprocess(image, &label, o);
          const Sampling sampling = sampling_of(image, o);
          EXPECT_EQ(difference(p.image.geometry, sampling.prepared()), "");
          const LabelMap back = to_native(one_hot(p.label, 2), 2, sampling);
          EXPECT_EQ(difference(back.geometry, g), "");
          double wrong = 0;
          for (std::size_t i = 0; i < back.voxels.size(); ++i)
            wrong += back.voxels[i] != label.voxels[i];
          EXPECT_LT(wrong / voxels, 0.1) << orientation << " " << name_of(resampling) << " "
                                         << name_of(crop) << " " << spacing;
        }
}

// Strips of rows that are finished one after the other give the map of whole planes.
TEST(ToNative, StripsGiveTheMapOfWholePlanes) {
  const Geometry g = grid(9, 21, 6);
  for (const double spacing : {0.6, 1.0, 2.3}) {
    PreprocessOptions o;
    o.orientation = "RAI";
    o.spacing_mm = {spacing, spacing, 2};
    o.size = {{12, 40}};
    const Sampling sampling = sampling_of(g, o);
    const auto [x, y, z] = sampling.prepared().size;
    constexpr int kClasses = 3;
    std::vector<float> scores(static_cast<std::size_t>(x * y * z * kClasses));
    Random random(3, "scores");
    for (float& v : scores) v = static_cast<float>(random.uniform());
    const LabelMap whole = to_native(scores, kClasses, sampling);
    ToNative strips(sampling, {2, 2, 17, 23, y});
    for (std::size_t s = 0; s < 5; ++s) {
      const auto [first, end] = strips.rows(s);
      if (first == end) continue;
      for (std::int64_t n = 0; n < z * kClasses; n += 2 * kClasses) {
        std::vector<float> part;
        const std::int64_t last = std::min(n + 2 * kClasses, z * kClasses);
        for (std::int64_t p = n; p < last; ++p)
          part.insert(part.end(), scores.begin() + (p * y + first) * x,
                      scores.begin() + (p * y + end) * x);
        strips.add(ToNative::dense(part, kClasses, end - first, x), (last - n) / kClasses, kClasses,
                   s);
      }
    }
    EXPECT_EQ(strips.finish().voxels, whole.voxels) << spacing;
  }
}

// Scores whose classes lie side by side, in rows longer than the volume's, give the same map.
TEST(ToNative, ScoresAreReadWhereTheyLie) {
  const Geometry g = grid(9, 21, 6);
  for (const bool resampled : {false, true}) {
    PreprocessOptions o;
    o.orientation = "RAI";
    if (resampled) o.spacing_mm = {2.3, 2.3, 2};
    o.size = {{12, 40}};
    const Sampling sampling = sampling_of(g, o);
    EXPECT_EQ(ToNative(sampling).interpolates(), resampled);
    const auto [x, y, z] = sampling.prepared().size;
    constexpr int kClasses = 5;
    std::vector<float> scores(static_cast<std::size_t>(x * y * z * kClasses));
    Random random(4, "scores");
    for (float& v : scores) v = static_cast<float>(random.uniform());
    const std::int64_t width = x + 3;
    std::vector<float> side_by_side(static_cast<std::size_t>(width * y * z * kClasses), 7.0F);
    const auto at = [&](std::int64_t n, int c, std::int64_t i, std::int64_t j) {
      return ((n * kClasses + c) * y + i) * x + j;
    };
    for (std::int64_t n = 0; n < z; ++n)
      for (int c = 0; c < kClasses; ++c)
        for (std::int64_t i = 0; i < y; ++i)
          for (std::int64_t j = 0; j < x; ++j)
            side_by_side[static_cast<std::size_t>(((n * y + i) * width + j) * kClasses + c)] =
                scores[static_cast<std::size_t>(at(n, c, i, j))];
    ToNative back(sampling);
    back.add({side_by_side.data(), y * width * kClasses, 1, width * kClasses, kClasses}, z,
             kClasses);
    EXPECT_EQ(back.finish().voxels, to_native(scores, kClasses, sampling).voxels) << resampled;
  }
}

// However a scan is stored, its prepared volume is the same.
TEST(Preprocess, TurnsDoNotMoveWhatIsResampled) {
  const Geometry g = grid(31, 22, 13, 0.7);
  const Image image = ramp(g);
  const LabelMap label = labels(g, 4);
  PreprocessOptions o;
  o.spacing_mm = {1.1, 0.5, 2};
  o.resampling = Resampling::linear;
  o.size.reset();
  const Prepared as_stored = preprocess(image, &label, o);
  o.orientation = "RAI";
  const Prepared turned = preprocess(image, &label, o);
  const Image back = reorient(turned.image, "LPS");
  EXPECT_EQ(difference(back.geometry, as_stored.image.geometry), "");
  for (std::size_t i = 0; i < back.voxels.size(); ++i)
    ASSERT_NEAR(back.voxels[i], as_stored.image.voxels[i], 1e-5) << i;
}

}  // namespace
}  // namespace myoseg
