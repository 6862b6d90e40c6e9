// A slice and a volume to augment, and options that do nothing or everything.
#pragma once

#include <array>
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
  [[nodiscard]] PatchView view() { return {image, label, channels, 1, height, width}; }
};

// A volume of anisotropic voxels with a ball in it, of a smooth image and labelled 1.
struct Volume {
  static constexpr int kDepth = 40, kHeight = 56, kWidth = 64;
  static constexpr std::array<double, 3> kSpacing{1.5, 1.5, 2};
  std::array<double, 3> ball_mm{12, -9, 10};  // from the volume's middle
  double radius_mm = 14;
  std::vector<float> image = std::vector<float>(std::size_t{kDepth} * kHeight * kWidth);
  std::vector<std::uint8_t> label = std::vector<std::uint8_t>(image.size());

  Volume() {
    for (std::size_t i = 0; i < image.size(); ++i) {
      const auto at = mm(i);
      double r = 0;
      for (std::size_t a = 0; a < 3; ++a) r += std::pow((at[a] - ball_mm[a]) / radius_mm, 2);
      image[i] = static_cast<float>(std::exp(-r));
      label[i] = r < 1 ? 1 : 0;
    }
  }
  // Where voxel i is, from the middle.
  [[nodiscard]] static std::array<double, 3> mm(std::size_t i) {
    const std::size_t row = i / kWidth;
    return {(static_cast<double>(i % kWidth) - (kWidth - 1) / 2.0) * kSpacing[0],
            (static_cast<double>(row % kHeight) - (kHeight - 1) / 2.0) * kSpacing[1],
            (static_cast<double>(row / kHeight) - (kDepth - 1) / 2.0) * kSpacing[2]};
  }
  [[nodiscard]] PatchView view() { return {image, label, 1, kDepth, kHeight, kWidth, kSpacing}; }
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
