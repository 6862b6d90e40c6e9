// Convolutions in double, written as their definition says, and features to try them on.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "models/kernels/convolution.h"

namespace myoseg::kernels::testing {

// Features with numbers of their own. `stride` more than `channels` leaves a gap after each place
// that holds kGap.
struct Sample {
  std::vector<float> values;
  Features view;
  [[nodiscard]] ConstFeatures read() const;
  [[nodiscard]] bool gaps_are_untouched() const;
};
constexpr float kGap = 12345;
struct Size {
  std::int64_t batch = 1, depth = 1, height = 1, width = 1;
};
// Numbers of a normal distribution (zeros with seed 0).
[[nodiscard]] Sample make_sample(const Size& size, std::int64_t channels, std::int64_t stride = 0,
                                 unsigned seed = 0);
[[nodiscard]] std::vector<float> normal_numbers(std::int64_t count, unsigned seed);

// Of the convolution's output, from that of its input. `more`: a transposed one's output padding.
using More = std::array<std::int64_t, 3>;
[[nodiscard]] Size output_size(const ConvShape& shape, const Size& input, const More& more = {});
// Numbers of a weight in PyTorch's order.
[[nodiscard]] std::int64_t weight_count(const ConvShape& shape);

// All below are [place][channel] without gaps; `input` is the size of what the convolution reads.
using Doubles = std::vector<double>;
// The inputs side by side after their scales and activations.
[[nodiscard]] Doubles read_inputs(std::span<const Input> inputs);
[[nodiscard]] Doubles read(const ConstFeatures& features);
[[nodiscard]] Doubles reference_forward(const ConvShape& shape, const Size& input, const Doubles& x,
                                        const float* weight, const More& more = {});
[[nodiscard]] Doubles reference_backward_data(const ConvShape& shape, const Size& input,
                                              const Doubles& dy, const float* weight,
                                              const More& more = {});
[[nodiscard]] Doubles reference_backward_weights(const ConvShape& shape, const Size& input,
                                                 const Doubles& x, const Doubles& dy,
                                                 const More& more = {});

// The root of the mean squared difference, over that of the expected numbers.
[[nodiscard]] double relative_error(std::span<const double> expected,
                                    std::span<const double> actual);

}  // namespace myoseg::kernels::testing
