// What slices become is recorded: a run that is taken up again, or repeated with a later program,
// must see the same samples.
#include <gtest/gtest.h>

#include <string>

#include "core/hash.h"
#include "data/augment/augment.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

using testing::everything;
using testing::Slice;

AugmentOptions only(double AugmentOptions::*probability) {
  AugmentOptions o = testing::nothing();
  o.*probability = 1;
  o.flip_swaps = {{2, 3}};
  return o;
}

// The hash of six samples.
template <class Sample>
std::string augmented(const Sample& before, const AugmentOptions& options, std::uint64_t seed) {
  Hasher hasher;
  for (std::uint64_t i = 0; i < 6; ++i) {
    Sample sample = before;
    augment(sample.view(), options, Random(seed, "augment", {i}));
    hasher.add(std::as_bytes(std::span(sample.image))).add(std::as_bytes(std::span(sample.label)));
  }
  return hasher.hex();
}

struct Recorded {
  const char* what;
  AugmentOptions options;
  std::uint64_t seed;
  int channels, height, width;
  const char* hash;
};

TEST(Augment, SlicesBecomeWhatTheyBecameBefore) {
  AugmentOptions wide = everything();
  wide.rotation_deg = 180;
  wide.scale = {0.5, 2};
  wide.elastic_sigma_px = 3;
  AugmentOptions half = everything();
  half.spatial_probability = half.elastic_probability = half.flip_probability = 0.5;
  half.blur_probability = half.intensity_probability = half.noise_probability = 0.5;
  const std::vector<Recorded> records{
      {"defaults", {}, 1, 1, 96, 128, "3e69b80eb5b8d0d42902d50637f37aad"},
      {"defaults", {}, 2, 2, 33, 57, "19e5863822b249ba88bd07a8003a0c75"},
      {"everything", everything(), 3, 1, 96, 128, "6730718bb13ee1a98e14d5a0b15788ad"},
      {"everything", everything(), 4, 3, 31, 20, "2fda3ceea4c6275b8aad3ce67c64263c"},
      {"far", wide, 5, 2, 64, 64, "2d89588f8a9da85f078e5ebd019a996e"},
      {"half", half, 6, 2, 64, 40, "6b1d387fd82a6f10c6f190e0d82c2372"},
      {"half", half, 7, 2, 64, 40, "62bb345f8462cc9486f886481f3f239d"},
      {"spatial", only(&AugmentOptions::spatial_probability), 8, 1, 50, 51,
       "d7960b3acf883b01a78d0e0112a87b71"},
      {"elastic", only(&AugmentOptions::elastic_probability), 9, 1, 50, 51,
       "a6526af299c9da04217510009e9d3604"},
      {"flip", only(&AugmentOptions::flip_probability), 10, 1, 50, 51,
       "0a35f249332f317ae0a83904cc055e32"},
      {"blur", only(&AugmentOptions::blur_probability), 11, 1, 50, 51,
       "f1738c774f5f72f7a3cca94b85bbd152"},
      {"intensity", only(&AugmentOptions::intensity_probability), 12, 1, 50, 51,
       "d5ed173dedd45ffc796e9c7bd31f527b"},
      {"noise", only(&AugmentOptions::noise_probability), 13, 1, 50, 51,
       "3f6adfde07c4617e2ab0cec4eae29301"},
      {"one row", everything(), 14, 1, 1, 40, "9b899820e6e1902cac3b0d38dc0e301e"},
      {"one column", everything(), 15, 1, 40, 1, "e82377b75333ef887e1364b33b308778"},
  };
  for (const Recorded& r : records)
    EXPECT_EQ(augmented(Slice(r.channels, r.height, r.width), r.options, r.seed), r.hash)
        << r.what << ", seed " << r.seed;
}

TEST(AugmentVolume, VolumesBecomeWhatTheyBecameBefore) {
  AugmentOptions o = everything();
  o.mirror_y_probability = o.mirror_z_probability = 0.5;
  o.low_resolution_probability = 1;
  EXPECT_EQ(augmented(testing::Volume(), o, 1), "ad7252d674226eeb4701ec24a2af3626");
  EXPECT_EQ(augmented(testing::Volume(), {}, 2), "65cfa7f695ee59302f9e73bdcce3d6d3");
}

}  // namespace
}  // namespace myoseg
