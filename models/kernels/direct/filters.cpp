#include "models/kernels/direct/filters.h"

#include <algorithm>

#include "models/kernels/direct.h"
#include "models/kernels/micro/products.h"

namespace myoseg::kernels::direct {
namespace {

// From where in PyTorch's weights each tap begins, in the order of the packed ones.
std::vector<std::int64_t> tap_begins(const Phase& phase, const WeightStrides& strides) {
  std::vector<std::int64_t> begins;
  for (const Tap& z : phase[0].taps)
    for (const Tap& y : phase[1].taps)
      for (const Tap& x : phase[2].taps)
        begins.push_back(z.kernel * strides.kernel[0] + y.kernel * strides.kernel[1] +
                         x.kernel * strides.kernel[2]);
  return begins;
}

}  // namespace

std::vector<std::int64_t> phase_begins(const std::vector<Phase>& phases, ChannelsOf channels) {
  const std::int64_t columns = micro_kernels().columns;
  std::vector<std::int64_t> begins{0};
  for (const Phase& phase : phases)
    begins.push_back(begins.back() +
                     tap_count(phase) * channels.from * blocks_of(channels.to, columns) * columns);
  return begins;
}

WeightStrides weight_strides(const ConvShape& s) {
  const std::int64_t taps = s.kernel[0] * s.kernel[1] * s.kernel[2];
  WeightStrides strides{.kernel = {s.kernel[1] * s.kernel[2], s.kernel[2], 1}};
  strides.in = s.transposed ? s.out * taps : taps;
  strides.out = s.transposed ? taps : s.in * taps;
  return strides;
}

Filters make_filters(const ConvShape& shape, const float* weight, bool backward) {
  const std::vector<Phase> all = phases(shape, shape.transposed != backward, {0, 0, 0});
  const ChannelsOf channels = channels_of(shape, backward);
  const WeightStrides strides = weight_strides(shape);
  const std::int64_t from = backward ? strides.out : strides.in;
  const std::int64_t to = backward ? strides.in : strides.out;
  const std::vector<std::int64_t> begins = phase_begins(all, channels);
  const std::int64_t columns = micro_kernels().columns, blocks = blocks_of(channels.to, columns);
  Filters filters{shape, Method::direct, backward, Buffer(begins.back())};

#pragma omp parallel for schedule(dynamic)
  for (std::int64_t block = 0; block < blocks; ++block)
    for (std::size_t p = 0; p < all.size(); ++p) {
      const std::vector<std::int64_t> taps = tap_begins(all[p], strides);
      const std::int64_t size = static_cast<std::int64_t>(taps.size()) * channels.from * columns;
      const std::int64_t first = block * columns, used = std::min(columns, channels.to - first);
      float* packed = filters.values.data() + begins[p] + block * size;
      if (used < columns) std::fill_n(packed, size, 0.0F);
      for (std::int64_t c = 0; c < channels.from; ++c)
        for (std::size_t t = 0; t < taps.size(); ++t) {
          const float* w = weight + c * from + first * to + taps[t];
          float* row = packed + (static_cast<std::int64_t>(t) * channels.from + c) * columns;
          for (std::int64_t k = 0; k < used; ++k) row[k] = w[k * to];
        }
    }
  return filters;
}

}  // namespace myoseg::kernels::direct
