// The weights of one axis.
#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "data/prepare/resample.h"

namespace myoseg {
namespace {

Axis of_width(std::int64_t input, std::size_t output, std::int64_t width) {
  Axis axis;
  axis.input = input;
  axis.width = std::min(width, input);
  axis.first.assign(output, 0);
  axis.weight.assign(output * static_cast<std::size_t>(axis.width), 0.0f);
  return axis;
}

// Puts `first` where all of the axis' taps lie inside and returns the weights from input index
// `from` on.
float* taps(Axis& axis, std::size_t i, std::int64_t from) {
  axis.first[i] = std::clamp<std::int64_t>(from, 0, axis.input - axis.width);
  return &axis.weight[i * static_cast<std::size_t>(axis.width)] + (from - axis.first[i]);
}

Axis pick(std::int64_t input, std::size_t output, const auto& index) {
  Axis axis = of_width(input, output, 1);
  for (std::size_t i = 0; i < output; ++i) {
    axis.first[i] = std::clamp<std::int64_t>(index(i), 0, input - 1);
    axis.weight[i] = 1;
  }
  return axis;
}

Axis linear(std::int64_t input, std::span<const double> positions) {
  Axis axis = of_width(input, positions.size(), 2);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const double p = std::clamp(positions[i], 0.0, static_cast<double>(input - 1));
    const auto low = static_cast<std::int64_t>(p);
    const double part = p - static_cast<double>(low);
    float* weight = taps(axis, i, low);
    weight[0] = static_cast<float>(1 - part);
    if (part > 0) weight[1] = static_cast<float>(part);
  }
  return axis;
}

Axis triangle(std::int64_t input, std::span<const double> positions, double step) {
  const auto reach = static_cast<std::int64_t>(std::ceil(step));
  Axis axis = of_width(input, positions.size(), 2 * reach + 1);
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const double p = std::clamp(positions[i], 0.0, static_cast<double>(input - 1));
    const std::int64_t low =
        std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(p - step)));
    const std::int64_t high = std::min(input - 1, static_cast<std::int64_t>(std::floor(p + step)));
    const auto share = [&](std::int64_t j) {
      return 1 - std::abs(static_cast<double>(j) - p) / step;
    };
    double sum = 0;
    for (std::int64_t j = low; j <= high; ++j) sum += share(j);
    float* weight = taps(axis, i, low);
    for (std::int64_t j = low; j <= high; ++j) weight[j - low] = static_cast<float>(share(j) / sum);
  }
  return axis;
}

Axis area(std::int64_t input, std::int64_t output) {
  Axis axis = of_width(input, static_cast<std::size_t>(output), (input + output - 1) / output + 1);
  for (std::int64_t i = 0; i < output; ++i) {
    const std::int64_t low = i * input / output;
    const std::int64_t high = ((i + 1) * input + output - 1) / output;
    float* weight = taps(axis, static_cast<std::size_t>(i), low);
    for (std::int64_t j = low; j < high; ++j)
      weight[j - low] = 1.0f / static_cast<float>(high - low);
  }
  return axis;
}

}  // namespace

bool Axis::identity() const {
  if (output() != input) return false;
  for (std::int64_t i = 0; i < input; ++i) {
    const std::int64_t k = i - first[static_cast<std::size_t>(i)];
    if (k < 0 || k >= width || weight[static_cast<std::size_t>(i * width + k)] != 1.0f)
      return false;
  }
  return true;
}

Axis sample_axis(std::int64_t input, std::span<const double> positions, double step,
                 Interpolation method) {
  if (input < 1) throw std::logic_error("sample_axis: the input axis is empty");
  if (method == Interpolation::nearest)
    return pick(input, positions.size(), [&](std::size_t i) {
      return static_cast<std::int64_t>(std::floor(positions[i] + 0.5));
    });
  if (method == Interpolation::smooth && step > 1) return triangle(input, positions, step);
  if (method == Interpolation::linear || method == Interpolation::smooth)
    return linear(input, positions);
  throw std::logic_error("sample_axis: this method has no meaning at free positions");
}

Axis resize_axis(std::int64_t input, std::int64_t output, Interpolation method,
                 Alignment alignment) {
  if (input < 1 || output < 1) throw std::logic_error("resize_axis: an axis is empty");
  if (method == Interpolation::area) return area(input, output);
  if (method == Interpolation::nearest_floor)
    return pick(input, static_cast<std::size_t>(output),
                [&](std::size_t i) { return static_cast<std::int64_t>(i) * input / output; });
  const auto n = static_cast<double>(input), m = static_cast<double>(output);
  const bool corners = alignment == Alignment::corners;
  const double step = !corners ? n / m : output > 1 ? (n - 1) / (m - 1) : 0;
  std::vector<double> positions(static_cast<std::size_t>(output));
  for (std::size_t i = 0; i < positions.size(); ++i)
    positions[i] =
        corners ? static_cast<double>(i) * step : (static_cast<double>(i) + 0.5) * step - 0.5;
  return sample_axis(input, positions, step, method);
}

}  // namespace myoseg
