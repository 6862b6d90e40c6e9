// Resampling of a slice at freely placed points: an affine map plus a smooth displacement.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/random.h"

namespace myoseg {

// Output pixel (x, y) is taken from input pixel (xx * x + xy * y + x0, yx * x + yy * y + y0).
struct PixelMap {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;
};

// A smooth random displacement: normal deviates on a coarse grid under a uniform cubic B-spline
// whose kernel is as wide as a Gaussian of `sigma_px`; the standard deviation of each component is
// `alpha_px`.
class Displacement {
 public:
  Displacement(Random& random, int width, int height, double sigma_px, double alpha_px);
  // Adds the displacement of row y to x and y.
  void add(int row, std::span<float> x, std::span<float> y) const;

 private:
  struct Taps {
    std::size_t first;
    std::array<float, 4> weight;
  };
  static std::vector<Taps> taps(int size, double spacing);

  std::vector<Taps> columns_, rows_;
  std::size_t nodes_x_;
  std::vector<float> x_, y_;  // [nodes y, nodes x], px
};

// Where the pixels of one output row come from.
void source_row(const PixelMap& map, const Displacement* displacement, int row, std::span<float> x,
                std::span<float> y);

// Samples `in` [height, width] at (x, y); bilinear, `fill` outside.
void sample_linear(std::span<const float> in, int width, int height, std::span<const float> x,
                   std::span<const float> y, float fill, std::span<float> out);
// The nearest pixel; 0 outside.
void sample_nearest(std::span<const std::uint8_t> in, int width, int height,
                    std::span<const float> x, std::span<const float> y,
                    std::span<std::uint8_t> out);

}  // namespace myoseg
