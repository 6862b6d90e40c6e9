// A tilted grid and what a failed read said, for the tests of image files.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "core/error.h"
#include "data/stored_image.h"

namespace myoseg::testing {

// 30 degrees about z, then 20 degrees about x: oblique in all axes but one.
inline Geometry oblique() {
  const double c = std::sqrt(3.0) / 2, s = 0.5, C = std::cos(std::numbers::pi / 9),
               S = std::sin(std::numbers::pi / 9);
  Geometry g;
  g.size = {5, 4, 3};
  g.spacing = {0.75, 0.8, 5};
  g.origin = {-120.5, 33.25, -801.75};
  g.direction = {c, -s, 0, C * s, C * c, -S, S * s, S * c, C};
  return g;
}

// HU of a stored image.
inline std::vector<float> values_of(const StoredImage& image) {
  std::vector<float> values;
  for (const StoredChannel& channel : image.channels)
    channel.visit([&](const auto* voxels, const auto& hu) {
      for (std::int64_t i = 0; i < image.geometry.voxels(); ++i) values.push_back(hu(voxels[i]));
    });
  return values;
}

template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_data);
    return error.what();
  }
  return "no error";
}

}  // namespace myoseg::testing
