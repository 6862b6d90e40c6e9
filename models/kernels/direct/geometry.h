// Where a convolution reads and writes, one axis at a time.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "models/kernels/convolution.h"

namespace myoseg::kernels::direct {

struct Tap {
  std::int64_t kernel = 0;  // index into the kernel
  std::int64_t offset = 0;
};

// Outputs first + every * j for j in [0, count), each the sum over `taps` of source step * j +
// offset. Offsets ascend by one from tap to tap.
struct AxisPhase {
  std::int64_t first = 0, every = 1, count = 0;
  std::int64_t step = 1;
  std::vector<Tap> taps{};
};
using Phase = std::array<AxisPhase, 3>;

[[nodiscard]] inline std::int64_t count(const Phase& p) {
  return p[0].count * p[1].count * p[2].count;
}
[[nodiscard]] inline std::int64_t tap_count(const Phase& p) {
  return static_cast<std::int64_t>(p[0].taps.size() * p[1].taps.size() * p[2].taps.size());
}

// A convolution has one phase. A transposed one (or the gradient of a convolution's input) has one
// for each remainder of the output's index by the stride: a small convolution at stride 1 each,
// some without taps where the kernel is smaller than the stride. The first phase has the most
// outputs.
[[nodiscard]] std::vector<Phase> phases(const ConvShape& shape, bool transposed,
                                        const std::array<std::int64_t, 3>& outputs);

template <class T>
[[nodiscard]] std::array<std::int64_t, 3> extents(const FeaturesOf<T>& f) {
  return {f.depth, f.height, f.width};
}

}  // namespace myoseg::kernels::direct
