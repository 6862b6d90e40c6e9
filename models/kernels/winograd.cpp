#include "models/kernels/winograd.h"

#include <array>

#include "models/kernels/winograd/convolve.h"

namespace myoseg::kernels::winograd {

bool fits(const ConvShape& s) {
  const std::int64_t deep = s.kernel[0];
  return !s.transposed && (deep == 1 || deep == 3) && s.kernel[1] == 3 && s.kernel[2] == 3 &&
         s.stride == std::array<std::int64_t, 3>{1, 1, 1} &&
         s.padding == std::array<std::int64_t, 3>{deep / 2, 1, 1};
}

void forward(const ForwardCall& call) {
  const std::array<Features, 1> outputs{call.y};
  convolve({call.filters, call.inputs, outputs, call.bias, call.slope, call.sums});
}

void backward_data(const BackwardDataCall& call) {
  const std::array<Input, 1> inputs{Input{call.dy}};
  convolve({.filters = call.filters, .inputs = inputs, .outputs = call.dx});
}

}  // namespace myoseg::kernels::winograd
