#include "data/prepare/resample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace myoseg {
namespace {

void require_sizes(bool hold) {
  if (!hold) throw std::logic_error("resample: an array's length does not match the axes");
}

// Every output row is a weighted sum of input rows.
void along_rows(const float* in, std::int64_t row, const Axis& axis, float* out) {
  for (std::int64_t i = 0; i < axis.output(); ++i) {
    const float* weight = &axis.weight[static_cast<std::size_t>(i * axis.width)];
    const float* source = in + axis.first[static_cast<std::size_t>(i)] * row;
    float* target = out + i * row;
    for (std::int64_t x = 0; x < row; ++x) target[x] = weight[0] * source[x];
    for (std::int64_t k = 1; k < axis.width; ++k) {
      if (weight[k] == 0) continue;
      const float* next = source + k * row;
      for (std::int64_t x = 0; x < row; ++x) target[x] += weight[k] * next[x];
    }
  }
}

void within_row(const float* in, const Axis& axis, float* out) {
  const float* weight = axis.weight.data();
  for (std::int64_t i = 0; i < axis.output(); ++i, weight += axis.width) {
    const float* source = in + axis.first[static_cast<std::size_t>(i)];
    float sum = weight[0] * source[0];
    for (std::int64_t k = 1; k < axis.width; ++k) sum += weight[k] * source[k];
    out[i] = sum;
  }
}

// The tap that weighs most; of equal ones the later.
std::int64_t strongest(std::span<const float> weights) {
  std::size_t best = 0;
  for (std::size_t k = 1; k < weights.size(); ++k)
    if (weights[k] >= weights[best]) best = k;
  return static_cast<std::int64_t>(best);
}

std::span<const float> taps_of(const Axis& axis, std::size_t i) {
  const auto width = static_cast<std::size_t>(axis.width);
  return std::span(axis.weight).subspan(i * width, width);
}

// The voxels that one output voxel is made of: planes, rows and columns with their weights.
struct Neighbours {
  std::span<const std::uint8_t* const> planes;
  std::int64_t corner = 0, row = 0;  // of the first voxel of a plane, to the next row
  std::span<const float> wx, wy, wz;

  [[nodiscard]] std::uint8_t nearest() const {
    return planes[static_cast<std::size_t>(strongest(wz))]
                 [corner + strongest(wy) * row + strongest(wx)];
  }
  void each(const auto& work) const {
    for (std::size_t c = 0; c < wz.size(); ++c)
      for (std::size_t b = 0; b < wy.size(); ++b)
        for (std::size_t a = 0; a < wx.size(); ++a)
          work(
              planes[c][corner + static_cast<std::int64_t>(b) * row + static_cast<std::int64_t>(a)],
              wx[a] * wy[b] * wz[c]);
  }
};

// The label with the largest sum of weights; when two are equal the nearest one.
std::uint8_t vote(const Neighbours& around) {
  const std::uint8_t nearest = around.nearest();
  bool same = true;
  around.each([&](std::uint8_t label, float weight) { same &= label == nearest || weight == 0; });
  if (same) return nearest;
  std::array<float, 256> sum{};
  around.each([&](std::uint8_t label, float weight) { sum[label] += weight; });
  const auto best = std::max_element(sum.begin(), sum.end());
  // Sums in another order differ in their last bits; that must not decide.
  return *best - sum[nearest] < 1e-5f ? nearest : static_cast<std::uint8_t>(best - sum.begin());
}

}  // namespace

void resample_plane(std::span<const float> in, const Axis& x, const Axis& y, std::span<float> out) {
  require_sizes(static_cast<std::int64_t>(in.size()) == x.input * y.input &&
                static_cast<std::int64_t>(out.size()) == x.output() * y.output());
  if (out.empty()) return;
  if (x.identity()) return along_rows(in.data(), x.input, y, out.data());
  // Only the rows that some output row needs.
  const auto [low, high] = std::minmax_element(y.first.begin(), y.first.end());
  Axis shifted = y;
  for (auto& first : shifted.first) first -= *low;
  const std::int64_t rows = *high + y.width - *low;
  std::vector<float> between(static_cast<std::size_t>(rows * x.output()));
  for (std::int64_t r = 0; r < rows; ++r)
    within_row(in.data() + (*low + r) * x.input, x, between.data() + r * x.output());
  along_rows(between.data(), x.output(), shifted, out.data());
}

void resample_plane(std::span<const std::uint8_t> in, const Axis& x, const Axis& y,
                    std::span<std::uint8_t> out) {
  require_sizes(static_cast<std::int64_t>(in.size()) == x.input * y.input);
  const std::uint8_t* plane = in.data();
  constexpr float kAlone = 1;
  resample_labels({&plane, 1}, {&kAlone, 1}, x, y, out);
}

void resample_labels(std::span<const std::uint8_t* const> planes, std::span<const float> weights,
                     const Axis& x, const Axis& y, std::span<std::uint8_t> out) {
  require_sizes(planes.size() == weights.size() && !planes.empty() &&
                static_cast<std::int64_t>(out.size()) == x.output() * y.output());
  const bool single = x.width * y.width == 1 && planes.size() == 1;
  std::uint8_t* target = out.data();
  for (std::size_t j = 0; j < y.first.size(); ++j)
    for (std::size_t i = 0; i < x.first.size(); ++i) {
      const std::int64_t corner = y.first[j] * x.input + x.first[i];
      *target++ = single ? planes.front()[corner]
                         : vote({planes, corner, x.input, taps_of(x, i), taps_of(y, j), weights});
    }
}

}  // namespace myoseg
