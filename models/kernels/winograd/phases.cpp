#include "models/kernels/winograd/phases.h"

#include "models/kernels/winograd/tiles.h"

namespace myoseg::kernels::winograd {
namespace {

constexpr std::int64_t kTaps = 9, kWide = 4;

// Where a tap of a phase, of one axis, is in the kernel of 4; outside of it where there is none.
std::int64_t place_of(std::int64_t phase, std::int64_t tap) { return phase + 3 - 2 * tap; }

// f(of the phases, of the kernels of 4): places of the weights that are the same; in parallel.
template <class F>
void for_weights(const ConvShape& shape, const F& f) {
  for_each(true, shape.in, [&](std::int64_t in) {
    for (std::int64_t phase = 0; phase < kPhases; ++phase)
      for (std::int64_t out = 0; out < shape.out; ++out)
        for (std::int64_t tap = 0; tap < kTaps; ++tap) {
          const std::int64_t y = place_of(phase / 2, tap / 3), x = place_of(phase % 2, tap % 3);
          if (y < 0 || y >= kWide || x < 0 || x >= kWide) continue;
          f(((phase * shape.out + out) * shape.in + in) * kTaps + tap,
            ((in * shape.out + out) * kWide + y) * kWide + x);
        }
  });
}

}  // namespace

bool has_phases(const ConvShape& s) {
  using Axes = std::array<std::int64_t, 3>;
  return s.transposed && s.kernel == Axes{1, kWide, kWide} && s.stride == Axes{1, 2, 2} &&
         s.padding == Axes{0, 1, 1};
}

ConvShape phase_shape(const ConvShape& shape) {
  return {.in = shape.in,
          .out = kPhases * shape.out,
          .kernel = {1, 3, 3},
          .stride = {1, 1, 1},
          .padding = {0, 1, 1}};
}

std::vector<float> to_phases(const ConvShape& shape, const float* weight) {
  std::vector<float> of_phases(static_cast<std::size_t>(kPhases * shape.out * shape.in * kTaps));
  for_weights(shape, [&](std::int64_t phases, std::int64_t whole) {
    of_phases[static_cast<std::size_t>(phases)] = weight[whole];
  });
  return of_phases;
}

void from_phases(const ConvShape& shape, const std::vector<float>& of_phases, float* weight) {
  for_weights(shape, [&](std::int64_t phases, std::int64_t whole) {
    weight[whole] = of_phases[static_cast<std::size_t>(phases)];
  });
}

}  // namespace myoseg::kernels::winograd
