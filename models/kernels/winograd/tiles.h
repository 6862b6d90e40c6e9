// How features are cut into Winograd's tiles.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "models/kernels/convolution.h"
#include "models/kernels/winograd/transforms.h"

namespace myoseg::kernels::winograd {

// Outputs m x m in a plane; two planes where the kernel is 3 deep. Tiles follow one another as
// places do: along rows, planes, samples.
struct Tiles {
  std::int64_t m = 4;
  bool deep = false;
  std::int64_t batch = 0, depth = 0, rows = 0, columns = 0;  // tiles along each axis

  [[nodiscard]] std::int64_t count() const { return batch * depth * rows * columns; }
  [[nodiscard]] std::int64_t frequencies() const { return (m + 2) * (m + 2); }
  [[nodiscard]] std::int64_t depth_frequencies() const { return deep ? 4 : 1; }
  // The tile's sample, and its first output.
  struct Position {
    std::int64_t sample, plane, row, column;
  };
  [[nodiscard]] Position position(std::int64_t tile) const;
};
[[nodiscard]] Tiles tiles_of(const ConvShape& shape, Method method, const ConstFeatures& output);

// Between the numbers of a frequency and those of the next lies a cache line more than they need:
// frequencies a power of two apart would all meet in the same lines of the cache.
constexpr std::int64_t kApart = 16;
// From a frequency's filters to the next, see make_filters.
[[nodiscard]] std::int64_t filter_stride(std::int64_t channels, std::int64_t columns);

// What the transforms read and write of a tile at one depth frequency; channels and frequencies are
// left to the caller.
[[nodiscard]] TileRead read_gradient(const Tiles& tiles, const ConstFeatures& gradient,
                                     const Tiles::Position& at, std::int64_t depth_frequency);
// The transforms of all inputs, their affine included, side by side from `frequencies` on.
void transform_inputs(const Transforms& transforms, const Tiles& tiles,
                      std::span<const Input> inputs, const Tiles::Position& at,
                      std::int64_t depth_frequency, float* frequencies,
                      std::int64_t frequency_stride);
// Depth frequencies come in the order 0, 3, 1, 2: the first two begin a plane each, the last ends
// both.
[[nodiscard]] TileWrite write_output(const Tiles& tiles, const Features& output,
                                     const Tiles::Position& at, std::int64_t depth_frequency);

// The most equal division of `count` into the fewest parts of at most `most`: calls f(begin, end).
template <class F>
void for_equal_parts(std::int64_t count, std::int64_t most, const F& f) {
  const std::int64_t parts = (count + most - 1) / most;
  for (std::int64_t i = 0; i < parts; ++i) f(i * count / parts, (i + 1) * count / parts);
}

// Calls f(i) for 0 <= i < count, on several threads at once where `parallel`.
template <class F>
void for_each(bool parallel, std::int64_t count, const F& f) {
  if (!parallel || count == 1) {
    for (std::int64_t i = 0; i < count; ++i) f(i);
    return;
  }
#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < count; ++i) f(i);
}

inline std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
inline std::int64_t round_up(std::int64_t a, std::int64_t b) { return ceil_div(a, b) * b; }

}  // namespace myoseg::kernels::winograd
