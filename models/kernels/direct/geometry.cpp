#include "models/kernels/direct/geometry.h"

namespace myoseg::kernels::direct {
namespace {

AxisPhase whole_axis(std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                     std::int64_t outputs) {
  AxisPhase phase{.count = outputs, .step = stride};
  for (std::int64_t k = 0; k < kernel; ++k) phase.taps.push_back({k, k - padding});
  return phase;
}

// Source i reaches output i * stride - padding + k, so output `first` + stride * j is reached by
// those k with (first + padding - k) divisible by the stride.
AxisPhase axis_phase(std::int64_t kernel, std::int64_t stride, std::int64_t padding,
                     std::int64_t outputs, std::int64_t first) {
  AxisPhase phase{.first = first, .every = stride};
  if (outputs > first) phase.count = (outputs - first + stride - 1) / stride;
  for (std::int64_t k = kernel - 1; k >= 0; --k)
    if ((first + padding - k) % stride == 0)
      phase.taps.push_back({k, (first + padding - k) / stride});
  return phase;
}

}  // namespace

std::vector<Phase> phases(const ConvShape& shape, bool transposed,
                          const std::array<std::int64_t, 3>& outputs) {
  std::array<std::vector<AxisPhase>, 3> axes;
  for (std::size_t d = 0; d < 3; ++d) {
    const std::int64_t kernel = shape.kernel[d], stride = shape.stride[d];
    if (!transposed)
      axes[d].push_back(whole_axis(kernel, stride, shape.padding[d], outputs[d]));
    else
      for (std::int64_t first = 0; first < stride; ++first)
        axes[d].push_back(axis_phase(kernel, stride, shape.padding[d], outputs[d], first));
  }
  std::vector<Phase> all;
  for (const AxisPhase& z : axes[0])
    for (const AxisPhase& y : axes[1])
      for (const AxisPhase& x : axes[2]) all.push_back({z, y, x});
  return all;
}

}  // namespace myoseg::kernels::direct
