// A slice to augment, and options that do nothing or everything.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "data/augment/augment.h"

namespace myoseg::testing {

struct Slice {
  int channels = 1, height = 96, width = 128;
  std::vector<float> image;
  std::vector<std::uint8_t> label;

  // A smooth blob off the centre, labelled 2 left and 3 right of its middle.
  explicit Slice(int c = 1, int h = 96, int w = 128)
      : channels(c),
        height(h),
        width(w),
        image(static_cast<std::size_t>(c * h * w)),
        label(static_cast<std::size_t>(h * w)) {
    for (int k = 0; k < c; ++k)
      for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) {
          const double dx = (x - 0.6 * w) / (0.2 * w), dy = (y - 0.45 * h) / (0.25 * h),
                       r = dx * dx + dy * dy;
          image[static_cast<std::size_t>((k * h + y) * w + x)] = static_cast<float>(std::exp(-r));
          if (r < 1) label[static_cast<std::size_t>(y * w + x)] = dx < 0 ? 2 : 3;
        }
  }
  [[nodiscard]] SliceView view() { return {image, label, channels, height, width}; }
};

inline AugmentOptions nothing() {
  AugmentOptions o;
  o.spatial_probability = o.elastic_probability = o.flip_probability = o.blur_probability = 0;
  o.intensity_probability = o.noise_probability = 0;
  return o;
}

inline AugmentOptions everything() {
  AugmentOptions o;
  o.spatial_probability = o.elastic_probability = o.flip_probability = o.blur_probability = 1;
  o.intensity_probability = o.noise_probability = 1;
  return o;
}

}  // namespace myoseg::testing
