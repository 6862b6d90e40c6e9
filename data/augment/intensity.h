// Changes of the grey values of one channel of a patch, in place, and what is asked of them.
#pragma once

#include <span>

#include "core/random.h"

namespace myoseg {

struct Extent {
  float low, high;
};
// The least and the largest of finite values.
[[nodiscard]] Extent extent_of(std::span<const float> image);
[[nodiscard]] bool all_finite(std::span<const float> image);

void add_brightness(std::span<float> image, float added);
// Stretches the values about their mean.
void stretch_contrast(std::span<float> image, float factor);
// ((v - min) / (max - min))^gamma between its own minimum and maximum.
void apply_gamma(std::span<float> image, double gamma);
// Gaussian noise. The deviates are the 65,536 equally likely quantiles of the normal distribution:
// 16 random bits a voxel.
void add_noise(std::span<float> image, float sd, Random& random);

}  // namespace myoseg
