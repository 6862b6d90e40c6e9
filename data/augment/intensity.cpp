#include "data/augment/intensity.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace myoseg {
namespace {

constexpr std::size_t kQuantiles = 65536;

// Normal quantiles at the middles of `kQuantiles` equal parts: Newton's method on the distribution
// function, each started from the one before.
std::vector<float> normal_quantiles() {
  std::vector<float> table(kQuantiles);
  double z = 0;
  for (std::size_t i = kQuantiles / 2; i < kQuantiles; ++i) {
    const double upper = 1 - (static_cast<double>(i) + 0.5) / kQuantiles;
    for (int iteration = 0; iteration < 4; ++iteration) {
      const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
      z += (0.5 * std::erfc(z / std::numbers::sqrt2) - upper) / density;
    }
    table[i] = static_cast<float>(z);
    table[kQuantiles - 1 - i] = -table[i];
  }
  return table;
}

// A weighted sum of shifted copies of the row, which the compiler turns into vector code.
void blur_rows(std::span<const float> in, int width, int height, std::span<const float> kernel,
               std::span<float> out) {
  const auto radius = static_cast<int>(kernel.size() / 2);
  std::vector<float> padded(static_cast<std::size_t>(width + 2 * radius));
  for (int y = 0; y < height; ++y) {
    const float* row = in.data() + std::int64_t{y} * width;
    std::fill_n(padded.begin(), radius, row[0]);
    std::copy_n(row, width, padded.begin() + radius);
    std::fill_n(padded.begin() + radius + width, radius, row[width - 1]);
    float* target = out.data() + std::int64_t{y} * width;
    std::fill_n(target, width, 0.0f);
    for (std::size_t k = 0; k < kernel.size(); ++k)
      for (int x = 0; x < width; ++x)
        target[x] += kernel[k] * padded[static_cast<std::size_t>(x) + k];
  }
}

void blur_columns(std::span<const float> in, int width, int height, std::span<const float> kernel,
                  std::span<float> out) {
  const auto radius = static_cast<int>(kernel.size() / 2);
  for (int y = 0; y < height; ++y) {
    float* target = out.data() + std::int64_t{y} * width;
    std::fill_n(target, width, 0.0f);
    for (int k = -radius; k <= radius; ++k) {
      const float* row = in.data() + std::int64_t{std::clamp(y + k, 0, height - 1)} * width;
      const float weight = kernel[static_cast<std::size_t>(k + radius)];
      for (int x = 0; x < width; ++x) target[x] += weight * row[x];
    }
  }
}

}  // namespace

void add_brightness(std::span<float> image, float added) {
  for (float& v : image) v += added;
}

void stretch_contrast(std::span<float> image, float factor) {
  double sum = 0;
  for (const float v : image) sum += v;
  const auto mean = static_cast<float>(sum / static_cast<double>(image.size()));
  for (float& v : image) v = mean + (v - mean) * factor;
}

void apply_gamma(std::span<float> image, double gamma) {
  const auto [low_at, high_at] = std::minmax_element(image.begin(), image.end());
  const float low = *low_at, range = *high_at - low;
  if (!(range > 0)) return;
  // pow for every pixel would take longer than all other transforms together: a table, linear in
  // between.
  constexpr std::size_t kSteps = 4096;
  std::array<float, kSteps + 2> table;
  for (std::size_t i = 0; i <= kSteps; ++i)
    table[i] = low + range * static_cast<float>(std::pow(static_cast<double>(i) / kSteps, gamma));
  table[kSteps + 1] = table[kSteps];
  const float to_table = static_cast<float>(kSteps) / range;
  for (float& v : image) {
    const float at = std::min((v - low) * to_table, static_cast<float>(kSteps));
    const auto i = static_cast<std::size_t>(at);
    v = table[i] + (at - static_cast<float>(i)) * (table[i + 1] - table[i]);
  }
}

void add_noise(std::span<float> image, float sd, Random& random) {
  static const std::vector<float> quantiles = normal_quantiles();
  std::size_t i = 0;
  for (; i + 1 < image.size(); i += 2) {
    const std::uint32_t bits = random.bits();
    image[i] += sd * quantiles[bits & 0xffff];
    image[i + 1] += sd * quantiles[bits >> 16];
  }
  if (i < image.size()) image[i] += sd * quantiles[random.bits() & 0xffff];
}

void blur(std::span<float> image, int width, int height, double sigma_px) {
  const int radius = std::max(1, static_cast<int>(std::ceil(3 * sigma_px)));
  std::vector<float> kernel;
  double sum = 0;
  for (int k = -radius; k <= radius; ++k) sum += std::exp(-k * k / (2 * sigma_px * sigma_px));
  for (int k = -radius; k <= radius; ++k)
    kernel.push_back(static_cast<float>(std::exp(-k * k / (2 * sigma_px * sigma_px)) / sum));
  std::vector<float> between(image.size());
  blur_rows(image, width, height, kernel, between);
  blur_columns(between, width, height, kernel, image);
}

}  // namespace myoseg
