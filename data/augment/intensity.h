// Changes of the grey values of one channel of a slice, in place.
#pragma once

#include <span>

#include "core/random.h"

namespace myoseg {

void add_brightness(std::span<float> image, float added);
// Stretches the values about their mean.
void stretch_contrast(std::span<float> image, float factor);
// ((v - min) / (max - min))^gamma between the slice's own minimum and maximum.
void apply_gamma(std::span<float> image, double gamma);
// Gaussian noise. The deviates are the 65,536 equally likely quantiles of the normal distribution:
// 16 random bits a pixel.
void add_noise(std::span<float> image, float sd, Random& random);
// Gaussian blur of a [height, width] slice, kernel cut at 3 sigma; the border's value holds
// outside.
void blur(std::span<float> image, int width, int height, double sigma_px);

}  // namespace myoseg
