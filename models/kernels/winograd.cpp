#include "models/kernels/winograd.h"

#include <array>
#include <vector>

#include "models/kernels/winograd/convolve.h"
#include "models/kernels/winograd/filters.h"
#include "models/kernels/winograd/phases.h"
#include "models/kernels/winograd/weight_gradient.h"

namespace myoseg::kernels::winograd {

bool fits(const ConvShape& s) {
  if (s.transposed) return has_phases(s);
  const std::int64_t deep = s.kernel[0];
  return (deep == 1 || deep == 3) && s.kernel[1] == 3 && s.kernel[2] == 3 &&
         s.stride == std::array<std::int64_t, 3>{1, 1, 1} &&
         s.padding == std::array<std::int64_t, 3>{deep / 2, 1, 1};
}

Filters make_filters(const ConvShape& shape, Method method, const float* weight, bool backward) {
  if (!shape.transposed) return transformed(shape, method, weight, backward);
  Filters filters =
      transformed(phase_shape(shape), method, to_phases(shape, weight).data(), backward);
  filters.shape = shape;
  return filters;
}

void forward(const ForwardCall& call) {
  const std::array<Features, 1> whole{call.y};
  const auto phases = phases_of(call.y);
  Convolve convolution{call.filters, call.inputs, whole, call.bias, call.slope, call.sums};
  if (call.filters->shape.transposed) convolution.outputs = phases;
  convolve(convolution);
}

void backward_data(const BackwardDataCall& call) {
  std::vector<Input> inputs;
  if (call.filters->shape.transposed)
    for (const ConstFeatures& phase : phases_of(call.dy)) inputs.push_back({phase});
  else
    inputs.push_back({call.dy});
  convolve({.filters = call.filters, .inputs = inputs, .outputs = call.dx});
}

void backward_weights(const BackwardWeightsCall& call) {
  const ConvShape& shape = call.shape;
  if (!shape.transposed) {
    const std::array<ConstFeatures, 1> whole{call.dy};
    return weight_gradient({shape, call.method, call.inputs, whole, call.dweight});
  }
  const auto phases = phases_of(call.dy);
  const ConvShape of_phases = phase_shape(shape);
  std::vector<float> dweight(static_cast<std::size_t>(of_phases.in * of_phases.out *
                                                      of_phases.kernel[1] * of_phases.kernel[2]));
  weight_gradient({of_phases, call.method, call.inputs, phases, dweight.data()});
  from_phases(shape, dweight, call.dweight);
}

}  // namespace myoseg::kernels::winograd
