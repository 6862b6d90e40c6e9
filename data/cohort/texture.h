// Random fields on the pixels of a slice.
#pragma once

#include <cstdint>
#include <vector>

#include "core/random.h"

namespace myoseg::cohort {

// A smooth field of mean 0 and variance about 1: cubic B-splines over a lattice of normal values
// `cell` pixels apart. Slices `level` and `level + 1` share half their variance, as neighbouring
// slices of a body do.
void smooth_field(std::uint64_t seed, std::uint64_t subject, std::uint64_t level,
                  std::uint64_t which, double cell, int width, int height,
                  std::vector<float>& field);

// Independent values of mean 0, variance 1 and nearly normal (the sum of four bytes).
void white_noise(Random& random, std::vector<float>& field);

// Convolution of rows and then columns with a symmetric kernel {centre, 1st, 2nd ...}; borders
// repeat. `scratch` is working space.
void convolve(std::vector<float>& field, int width, int height, const std::vector<float>& kernel,
              std::vector<float>& scratch);
// Centre and one side of a Gaussian whose sum is 1, cut at 3 sigma.
[[nodiscard]] std::vector<float> gaussian_kernel(double sigma_pixels);

}  // namespace myoseg::cohort
