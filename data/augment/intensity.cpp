#include "data/augment/intensity.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/simd.h"

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

struct FindExtent {
  [[gnu::always_inline]] void operator()(const float* v, std::size_t n, Extent* extent) const {
    constexpr std::size_t kLanes = 32;
    float low[kLanes], high[kLanes];
    for (std::size_t l = 0; l < kLanes; ++l) low[l] = high[l] = v[0];
    std::size_t i = 0;
    for (; i + kLanes <= n; i += kLanes)
      for (std::size_t l = 0; l < kLanes; ++l) {
        low[l] = v[i + l] < low[l] ? v[i + l] : low[l];
        high[l] = v[i + l] > high[l] ? v[i + l] : high[l];
      }
    *extent = {*std::min_element(low, low + kLanes), *std::max_element(high, high + kLanes)};
    for (; i < n; ++i) *extent = {std::min(extent->low, v[i]), std::max(extent->high, v[i])};
  }
};

// Values that are no finite number have all exponent bits set.
struct FindOthers {
  [[gnu::always_inline]] void operator()(const float* v, std::size_t n, std::uint32_t* bad) const {
    std::uint32_t any = 0;
    for (std::size_t i = 0; i < n; ++i)
      any |= (std::bit_cast<std::uint32_t>(v[i]) & 0x7f800000u) == 0x7f800000u ? 1u : 0u;
    *bad = any;
  }
};

// From values to table entries by `to_table`, linear in between.
struct ThroughTable {
  [[gnu::always_inline]] void operator()(const float* table, float low, float to_table,
                                         float* __restrict image, std::size_t n) const {
    for (std::size_t k = 0; k < n; ++k) {
      const float at = (image[k] - low) * to_table;
      const int i = static_cast<int>(at);
      const float below = table[i];
      image[k] = below + (at - static_cast<float>(i)) * ((table + 1)[i] - below);
    }
  }
};

}  // namespace

Extent extent_of(std::span<const float> image) {
  Extent extent{};
  simd::run_exactly(FindExtent{}, image.data(), image.size(), &extent);
  return extent;
}

bool all_finite(std::span<const float> image) {
  std::uint32_t bad = 0;
  simd::run_exactly(FindOthers{}, image.data(), image.size(), &bad);
  return bad == 0;
}

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
  const Extent extent = extent_of(image);
  const float low = extent.low, range = extent.high - low;
  if (!(range > 0)) return;
  // pow for every voxel would take longer than all other transforms together: a table, linear in
  // between.
  constexpr std::size_t kSteps = 4096;
  std::array<float, kSteps + 2> table;
  for (std::size_t i = 0; i <= kSteps; ++i)
    table[i] = low + range * static_cast<float>(std::pow(static_cast<double>(i) / kSteps, gamma));
  table[kSteps + 1] = table[kSteps];  // for the maximum, and where rounding goes beyond it
  simd::run_exactly(ThroughTable{}, static_cast<const float*>(table.data()), low,
                    static_cast<float>(kSteps) / range, image.data(), image.size());
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

}  // namespace myoseg
