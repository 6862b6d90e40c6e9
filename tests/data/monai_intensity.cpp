#include "tests/data/monai_intensity.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace myoseg::testing {
namespace {

// Calls work(values) with all voxels or with those of each channel.
void for_parts(Image& image, bool by_channel, const auto& work) {
  const std::size_t parts = by_channel ? static_cast<std::size_t>(image.channels) : 1;
  const std::size_t size = parts > 0 ? image.voxels.size() / parts : 0;
  for (std::size_t p = 0; size > 0 && p < parts; ++p)
    work(std::span(image.voxels).subspan(p * size, size));
}

std::array<double, 2> range_of(std::span<const float> values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, *high};
}

void change(std::span<float> values, const auto& f) {
  for (float& v : values) v = static_cast<float>(f(static_cast<double>(v)));
}

}  // namespace

void map_range(Image& image, std::array<double, 2> from, std::array<double, 2> to, bool clip_to) {
  change(image.voxels, [&](double v) {
    const double mapped = to[0] + (v - from[0]) / (from[1] - from[0]) * (to[1] - to[0]);
    return clip_to ? std::clamp(mapped, to[0], to[1]) : mapped;
  });
}

void fit_range(Image& image, std::array<double, 2> to, bool by_channel) {
  for_parts(image, by_channel, [&](std::span<float> values) {
    const auto [low, high] = range_of(values);
    change(values, [&, low = low, high = high](double v) {
      return high > low ? to[0] + (v - low) / (high - low) * (to[1] - to[0]) : v * to[0];
    });
  });
}

void adjust_contrast(Image& image, double gamma) {
  for_parts(image, false, [&](std::span<float> values) {
    const auto [low, high] = range_of(values);
    change(values, [&, low = low, range = high - low](double v) {
      return std::pow((v - low) / (range + 1e-7), gamma) * range + low;
    });
  });
}

void standardise(Image& image, bool by_channel, bool nonzero) {
  for_parts(image, by_channel, [&](std::span<float> values) {
    const auto counts = [&](double v) { return !nonzero || v != 0; };
    double n = 0, sum = 0, squares = 0;
    for (const float v : values)
      if (counts(v)) ++n, sum += v;
    if (n == 0) return;
    const double mean = sum / n;
    for (const float v : values)
      if (counts(v)) squares += (v - mean) * (v - mean);
    const double deviation = squares > 0 ? std::sqrt(squares / n) : 1;
    change(values, [&](double v) { return counts(v) ? (v - mean) / deviation : v; });
  });
}

void clip(Image& image, double low, double high) {
  change(image.voxels, [&](double v) { return std::clamp(v, low, high); });
}

double percentile(std::span<const float> values, double q) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<float> sorted(values.begin(), values.end());
  const double at = q / 100 * static_cast<double>(sorted.size() - 1);
  const auto low = sorted.begin() + static_cast<std::ptrdiff_t>(at);
  std::nth_element(sorted.begin(), low, sorted.end());
  const double below = *low;
  if (low + 1 == sorted.end()) return below;
  return below + (*std::min_element(low + 1, sorted.end()) - below) * (at - std::floor(at));
}

}  // namespace myoseg::testing
