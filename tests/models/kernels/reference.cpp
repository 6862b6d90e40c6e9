#include "tests/models/kernels/reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace myoseg::kernels::testing {
namespace {

using Index = std::array<std::int64_t, 3>;

Index axes(const Size& s) { return {s.depth, s.height, s.width}; }

template <class F>
void for_each_index(const Index& size, const F& f) {
  for (std::int64_t z = 0; z < size[0]; ++z)
    for (std::int64_t y = 0; y < size[1]; ++y)
      for (std::int64_t x = 0; x < size[2]; ++x) f(Index{z, y, x}, (z * size[1] + y) * size[2] + x);
}

// Calls f(place read, place written, tap) for all that meet. A transposed convolution reads where
// the plain one writes.
template <class F>
void for_each_product(const ConvShape& shape, const Size& input, const More& more, const F& f) {
  const Index in = axes(input), out = axes(output_size(shape, input, more));
  const Index &wide = shape.transposed ? out : in, &narrow = shape.transposed ? in : out;
  const std::int64_t wide_places = wide[0] * wide[1] * wide[2],
                     narrow_places = narrow[0] * narrow[1] * narrow[2];
  for (std::int64_t n = 0; n < input.batch; ++n)
    for_each_index(narrow, [&](const Index& at, std::int64_t place) {
      for_each_index(shape.kernel, [&](const Index& tap, std::int64_t t) {
        Index other{};
        for (std::size_t i = 0; i < 3; ++i) {
          other[i] = at[i] * shape.stride[i] - shape.padding[i] + tap[i];
          if (other[i] < 0 || other[i] >= wide[i]) return;
        }
        const std::int64_t w =
            n * wide_places + (other[0] * wide[1] + other[1]) * wide[2] + other[2];
        const std::int64_t p = n * narrow_places + place;
        if (shape.transposed)
          f(p, w, t);
        else
          f(w, p, t);
      });
    });
}

std::int64_t taps_of(const ConvShape& s) { return s.kernel[0] * s.kernel[1] * s.kernel[2]; }

std::int64_t weight_at(const ConvShape& s, std::int64_t in, std::int64_t out, std::int64_t tap) {
  return (s.transposed ? in * s.out + out : out * s.in + in) * taps_of(s) + tap;
}

std::int64_t places_of(const Size& s) { return s.batch * s.depth * s.height * s.width; }

}  // namespace

ConstFeatures Sample::read() const {
  return {view.data, view.batch, view.depth, view.height, view.width, view.channels, view.stride};
}

bool Sample::gaps_are_untouched() const {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (static_cast<std::int64_t>(i) % view.stride >= view.channels && values[i] != kGap)
      return false;
  return true;
}

std::vector<float> normal_numbers(std::int64_t count, unsigned seed) {
  std::mt19937 generator(seed);
  std::normal_distribution<float> normal;
  std::vector<float> numbers(static_cast<std::size_t>(count));
  for (float& x : numbers) x = normal(generator);
  return numbers;
}

Sample make_sample(const Size& size, std::int64_t channels, std::int64_t stride, unsigned seed) {
  if (stride == 0) stride = channels;
  Sample s;
  s.values.assign(static_cast<std::size_t>(places_of(size) * stride), 0.0F);
  if (seed != 0) s.values = normal_numbers(places_of(size) * stride, seed);
  for (std::size_t i = 0; i < s.values.size(); ++i)
    if (static_cast<std::int64_t>(i) % stride >= channels) s.values[i] = kGap;
  s.view = {s.values.data(), size.batch, size.depth, size.height, size.width, channels, stride};
  return s;
}

Size output_size(const ConvShape& shape, const Size& input, const More& more) {
  Index out = axes(input);
  for (std::size_t i = 0; i < 3; ++i)
    out[i] = shape.transposed
                 ? (out[i] - 1) * shape.stride[i] - 2 * shape.padding[i] + shape.kernel[i] + more[i]
                 : (out[i] + 2 * shape.padding[i] - shape.kernel[i]) / shape.stride[i] + 1;
  return {input.batch, out[0], out[1], out[2]};
}

std::int64_t weight_count(const ConvShape& shape) { return shape.in * shape.out * taps_of(shape); }

Doubles read(const ConstFeatures& features) {
  const std::array<Input, 1> inputs{Input{features}};
  return read_inputs(inputs);
}

Doubles read_inputs(std::span<const Input> inputs) {
  Doubles values;
  const std::int64_t places = inputs[0].features.places();
  for (std::int64_t p = 0; p < places; ++p)
    for (const Input& input : inputs) {
      const ConstFeatures& f = input.features;
      const std::int64_t sample = p / (f.depth * f.height * f.width);
      for (std::int64_t c = 0; c < f.channels; ++c) {
        double v = f.data[p * f.stride + c];
        if (input.scale != nullptr) {
          v = v * input.scale[sample * input.sample_stride + c] +
              input.shift[sample * input.sample_stride + c];
          if (v < 0) v *= input.slope;
        }
        values.push_back(v);
      }
    }
  return values;
}

Doubles reference_forward(const ConvShape& shape, const Size& input, const Doubles& x,
                          const float* weight, const More& more) {
  Doubles y(static_cast<std::size_t>(places_of(output_size(shape, input, more)) * shape.out));
  for_each_product(shape, input, more, [&](std::int64_t from, std::int64_t to, std::int64_t tap) {
    for (std::int64_t k = 0; k < shape.out; ++k)
      for (std::int64_t c = 0; c < shape.in; ++c)
        y[static_cast<std::size_t>(to * shape.out + k)] +=
            x[static_cast<std::size_t>(from * shape.in + c)] * weight[weight_at(shape, c, k, tap)];
  });
  return y;
}

Doubles reference_backward_data(const ConvShape& shape, const Size& input, const Doubles& dy,
                                const float* weight, const More& more) {
  Doubles dx(static_cast<std::size_t>(places_of(input) * shape.in));
  for_each_product(shape, input, more, [&](std::int64_t from, std::int64_t to, std::int64_t tap) {
    for (std::int64_t k = 0; k < shape.out; ++k)
      for (std::int64_t c = 0; c < shape.in; ++c)
        dx[static_cast<std::size_t>(from * shape.in + c)] +=
            dy[static_cast<std::size_t>(to * shape.out + k)] * weight[weight_at(shape, c, k, tap)];
  });
  return dx;
}

Doubles reference_backward_weights(const ConvShape& shape, const Size& input, const Doubles& x,
                                   const Doubles& dy, const More& more) {
  Doubles dw(static_cast<std::size_t>(weight_count(shape)));
  for_each_product(shape, input, more, [&](std::int64_t from, std::int64_t to, std::int64_t tap) {
    for (std::int64_t k = 0; k < shape.out; ++k)
      for (std::int64_t c = 0; c < shape.in; ++c)
        dw[static_cast<std::size_t>(weight_at(shape, c, k, tap))] +=
            x[static_cast<std::size_t>(from * shape.in + c)] *
            dy[static_cast<std::size_t>(to * shape.out + k)];
  });
  return dw;
}

double relative_error(std::span<const double> expected, std::span<const double> actual) {
  if (expected.size() != actual.size()) return HUGE_VAL;
  double difference = 0, scale = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    difference += std::pow(expected[i] - actual[i], 2);
    scale += expected[i] * expected[i];
  }
  return std::sqrt(difference / std::max(scale, 1e-300));
}

}  // namespace myoseg::kernels::testing
