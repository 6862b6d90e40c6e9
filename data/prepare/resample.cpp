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
std::int64_t strongest(const Axis& axis, std::size_t i) {
  const float* weight = &axis.weight[i * static_cast<std::size_t>(axis.width)];
  std::int64_t best = 0;
  for (std::int64_t k = 1; k < axis.width; ++k)
    if (weight[k] >= weight[best]) best = k;
  return best;
}

// The label with the largest sum of weights around output (i, j); when two are equal the one
// nearest to it.
std::uint8_t vote(const std::uint8_t* corner, const Axis& x, std::size_t i, const Axis& y,
                  std::size_t j) {
  const float* wx = &x.weight[i * static_cast<std::size_t>(x.width)];
  const float* wy = &y.weight[j * static_cast<std::size_t>(y.width)];
  const std::uint8_t nearest = corner[strongest(y, j) * x.input + strongest(x, i)];
  bool same = true;
  for (std::int64_t b = 0; b < y.width; ++b)
    for (std::int64_t a = 0; a < x.width; ++a)
      same &= corner[b * x.input + a] == nearest || wx[a] * wy[b] == 0;
  if (same) return nearest;
  std::array<float, 256> sum{};
  for (std::int64_t b = 0; b < y.width; ++b)
    for (std::int64_t a = 0; a < x.width; ++a) sum[corner[b * x.input + a]] += wx[a] * wy[b];
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
  require_sizes(static_cast<std::int64_t>(in.size()) == x.input * y.input &&
                static_cast<std::int64_t>(out.size()) == x.output() * y.output());
  std::uint8_t* target = out.data();
  for (std::size_t j = 0; j < y.first.size(); ++j)
    for (std::size_t i = 0; i < x.first.size(); ++i) {
      const std::uint8_t* corner = in.data() + y.first[j] * x.input + x.first[i];
      *target++ = x.width * y.width == 1 ? *corner : vote(corner, x, i, y, j);
    }
}

}  // namespace myoseg
