// How long a slice takes.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "data/augment/augment.h"
#include "tests/data/augment/augment_fixture.h"

namespace myoseg {
namespace {

using testing::everything;
using testing::nothing;
using testing::Slice;

TEST(LongAugment, Speed) {
  Slice a(1, 512, 512);
  const auto time = [&](const char* what, const AugmentOptions& o) {
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t i = 0; i < 40; ++i) augment(a.view(), o, Random(1, "augment", {i}));
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    std::cout << what << ": " << taken.count() / 40 << " ms a slice\n";
  };
  AugmentOptions o = nothing();
  o.spatial_probability = 1;
  time("spatial", o);
  o.elastic_probability = 1;
  time("spatial and elastic", o);
  o = nothing();
  o.intensity_probability = 1;
  time("brightness, contrast, gamma", o);
  o = nothing();
  o.noise_probability = 1;
  time("noise", o);
  o = nothing();
  o.blur_probability = 1;
  time("blur", o);
  time("everything", everything());
  time("defaults", AugmentOptions{});
}

}  // namespace
}  // namespace myoseg
