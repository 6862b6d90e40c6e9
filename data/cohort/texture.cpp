#include "data/cohort/texture.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace myoseg::cohort {
namespace {

// The four cubic B-spline weights at each pixel of one axis, and the first lattice point they hold
// for.
struct Axis {
  std::vector<int> first;
  std::vector<std::array<float, 4>> weight;
  int lattice = 0;
};

Axis spline_axis(int pixels, double cell) {
  Axis axis;
  for (int i = 0; i < pixels; ++i) {
    const double s = i / cell;
    const int k = static_cast<int>(s);
    const double t = s - k, r = 1 - t;
    axis.first.push_back(k);
    axis.weight.push_back({static_cast<float>(r * r * r / 6),
                           static_cast<float>((4 - 6 * t * t + 3 * t * t * t) / 6),
                           static_cast<float>((4 - 6 * r * r + 3 * r * r * r) / 6),
                           static_cast<float>(t * t * t / 6)});
  }
  axis.lattice = axis.first.back() + 4;
  return axis;
}

}  // namespace

void smooth_field(std::uint64_t seed, std::uint64_t subject, std::uint64_t level,
                  std::uint64_t which, double cell, int width, int height,
                  std::vector<float>& field) {
  const Axis ax = spline_axis(width, cell), ay = spline_axis(height, cell);
  const auto nx = static_cast<std::size_t>(ax.lattice), ny = static_cast<std::size_t>(ay.lattice);
  std::vector<float> lattice(nx * ny, 0.0F), plane(nx * ny);
  // Averaged over the cell a cubic B-spline keeps 0.479 of the variance along each axis.
  constexpr float kUnit = 0.70710678F / 0.479F;
  for (const std::uint64_t z : {level, level + 1}) {
    Random random(seed, "cohort field", {subject, which, z});
    white_noise(random, plane);
    for (std::size_t i = 0; i < plane.size(); ++i) lattice[i] += kUnit * plane[i];
  }
  field.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  std::vector<float> line(nx);
  for (int y = 0; y < height; ++y) {
    const auto& wy = ay.weight[static_cast<std::size_t>(y)];
    const float* from =
        lattice.data() + static_cast<std::size_t>(ay.first[static_cast<std::size_t>(y)]) * nx;
    for (std::size_t i = 0; i < nx; ++i)
      line[i] = wy[0] * from[i] + wy[1] * from[nx + i] + wy[2] * from[2 * nx + i] +
                wy[3] * from[3 * nx + i];
    float* row = field.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(width);
    for (std::size_t x = 0; x < static_cast<std::size_t>(width); ++x) {
      const float* at = line.data() + ax.first[x];
      const auto& w = ax.weight[x];
      row[x] = w[0] * at[0] + w[1] * at[1] + w[2] * at[2] + w[3] * at[3];
    }
  }
}

void white_noise(Random& random, std::vector<float>& field) {
  // Four uniform bytes: mean 510, variance 4 * (256^2 - 1) / 12 = 21845.
  constexpr float kScale = 1.0F / 147.80054F;
  for (float& value : field) {
    const std::uint32_t b = random.bits();
    const std::uint32_t sum = (b & 255U) + ((b >> 8U) & 255U) + ((b >> 16U) & 255U) + (b >> 24U);
    value = (static_cast<float>(sum) - 510.0F) * kScale;
  }
}

void convolve(std::vector<float>& field, int width, int height, const std::vector<float>& kernel,
              std::vector<float>& scratch) {
  const int radius = static_cast<int>(kernel.size()) - 1;
  if (radius == 0) return;
  const auto w = static_cast<std::size_t>(width);
  scratch.resize(field.size());
  std::vector<float> padded(w + 2 * static_cast<std::size_t>(radius));
  for (int y = 0; y < height; ++y) {
    const float* row = field.data() + static_cast<std::size_t>(y) * w;
    std::copy(row, row + w, padded.begin() + radius);
    std::fill(padded.begin(), padded.begin() + radius, row[0]);
    std::fill(padded.end() - radius, padded.end(), row[w - 1]);
    float* out = scratch.data() + static_cast<std::size_t>(y) * w;
    const float* centre = padded.data() + radius;
    for (std::size_t x = 0; x < w; ++x) out[x] = kernel[0] * centre[x];
    for (int k = 1; k <= radius; ++k) {
      const float weight = kernel[static_cast<std::size_t>(k)];
      const float *before = centre - k, *after = centre + k;
      for (std::size_t x = 0; x < w; ++x) out[x] += weight * (before[x] + after[x]);
    }
  }
  for (int y = 0; y < height; ++y) {
    const auto row = [&](int at) {
      return scratch.data() + static_cast<std::size_t>(std::clamp(at, 0, height - 1)) * w;
    };
    float* out = field.data() + static_cast<std::size_t>(y) * w;
    const float* centre = row(y);
    for (std::size_t x = 0; x < w; ++x) out[x] = kernel[0] * centre[x];
    for (int k = 1; k <= radius; ++k) {
      const float weight = kernel[static_cast<std::size_t>(k)];
      const float *above = row(y - k), *below = row(y + k);
      for (std::size_t x = 0; x < w; ++x) out[x] += weight * (above[x] + below[x]);
    }
  }
}

std::vector<float> gaussian_kernel(double sigma_pixels) {
  const int radius = static_cast<int>(std::ceil(3 * sigma_pixels));
  std::vector<double> weight;
  double sum = 0;
  for (int k = 0; k <= radius; ++k) {
    weight.push_back(k == 0 ? 1 : std::exp(-0.5 * k * k / (sigma_pixels * sigma_pixels)));
    sum += k == 0 ? weight.back() : 2 * weight.back();
  }
  std::vector<float> kernel;
  for (const double w : weight) kernel.push_back(static_cast<float>(w / sum));
  return kernel;
}

}  // namespace myoseg::cohort
