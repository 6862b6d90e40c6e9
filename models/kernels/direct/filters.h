// Weights packed for the products: for each phase and each block of output channels
// [taps z, y, x][input channels][MicroKernels::columns], zeros beyond the last channel.
#pragma once

#include <vector>

#include "models/kernels/direct/geometry.h"

namespace myoseg::kernels::direct {

// The channels that a product reads and writes.
struct ChannelsOf {
  std::int64_t from = 0, to = 0;
};
[[nodiscard]] inline ChannelsOf channels_of(const ConvShape& s, bool backward) {
  return backward ? ChannelsOf{s.out, s.in} : ChannelsOf{s.in, s.out};
}
[[nodiscard]] inline std::int64_t blocks_of(std::int64_t channels, std::int64_t block) {
  return (channels + block - 1) / block;
}
// From where in Filters::values each phase's weights begin; one number more than phases.
[[nodiscard]] std::vector<std::int64_t> phase_begins(const std::vector<Phase>& phases,
                                                     ChannelsOf channels);

// Strides of PyTorch's weights.
struct WeightStrides {
  std::int64_t in = 0, out = 0;
  std::array<std::int64_t, 3> kernel{};
};
[[nodiscard]] WeightStrides weight_strides(const ConvShape& shape);

}  // namespace myoseg::kernels::direct
