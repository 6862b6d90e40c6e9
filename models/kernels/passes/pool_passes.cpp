#include <algorithm>
#include <vector>

#include "models/kernels/passes/loops.h"
#include "models/kernels/passes/passes.h"

namespace myoseg::kernels {
namespace {

using Factor = std::array<std::int64_t, 3>;

// Where the places of a window begin, counted from its first.
template <class T>
std::vector<std::int64_t> taps_of(const FeaturesOf<T>& x, const Factor& factor) {
  std::vector<std::int64_t> taps;
  for (std::int64_t z = 0; z < factor[0]; ++z)
    for (std::int64_t y = 0; y < factor[1]; ++y)
      for (std::int64_t i = 0; i < factor[2]; ++i)
        taps.push_back(((z * x.height + y) * x.width + i) * x.stride);
  return taps;
}

// f(sample, plane, row) of each row of the pooled features, in parallel.
template <class T, class F>
void for_rows(const FeaturesOf<T>& pooled, const F& f) {
  const std::int64_t rows = pooled.batch * pooled.depth * pooled.height;
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < rows; ++i)
    f(i / pooled.height / pooled.depth, i / pooled.height % pooled.depth, i % pooled.height);
}

// Places that no window holds.
void clear_rest(const Features& dx, const Features& held) {
  if (dx.depth == held.depth && dx.height == held.height && dx.width == held.width) return;
  for (std::int64_t n = 0; n < dx.batch; ++n)
    for (std::int64_t z = 0; z < dx.depth; ++z)
      for (std::int64_t y = 0; y < dx.height; ++y)
        for (std::int64_t x = z < held.depth && y < held.height ? held.width : 0; x < dx.width; ++x)
          std::fill_n(dx.at(n, z, y, x), dx.channels, 0.0F);
}

}  // namespace

void max_pool(const ConstFeatures& x, const Factor& factor, const Features& y,
              std::uint8_t* largest) {
  const std::vector<std::int64_t> taps = taps_of(x, factor);
  for_rows(y, [&](std::int64_t n, std::int64_t plane, std::int64_t row) {
    for (std::int64_t i = 0; i < y.width; ++i) {
      float* out = y.at(n, plane, row, i);
      const std::int64_t place = ((n * y.depth + plane) * y.height + row) * y.width + i;
      pass_loops().pool({.taps = taps.data(),
                         .tap_count = static_cast<std::int64_t>(taps.size()),
                         .channels = x.channels,
                         .x = x.at(n, plane * factor[0], row * factor[1], i * factor[2]),
                         .y = out,
                         .largest = largest + place * x.channels});
    }
  });
}

void max_pool_gradient(const ConstFeatures& dy, const std::uint8_t* largest, const Factor& factor,
                       const Features& dx) {
  const std::vector<std::int64_t> taps = taps_of(dx, factor);
  Features held = dx;
  held.depth = dy.depth * factor[0];
  held.height = dy.height * factor[1];
  held.width = dy.width * factor[2];
  clear_rest(dx, held);
  for_rows(dy, [&](std::int64_t n, std::int64_t plane, std::int64_t row) {
    for (std::int64_t i = 0; i < dy.width; ++i) {
      const std::int64_t place = ((n * dy.depth + plane) * dy.height + row) * dy.width + i;
      pass_loops().unpool({.taps = taps.data(),
                           .tap_count = static_cast<std::int64_t>(taps.size()),
                           .channels = dx.channels,
                           .dy = dy.at(n, plane, row, i),
                           .largest = largest + place * dx.channels,
                           .dx = dx.at(n, plane * factor[0], row * factor[1], i * factor[2])});
    }
  });
}

}  // namespace myoseg::kernels
