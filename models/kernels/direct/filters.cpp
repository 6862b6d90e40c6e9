#include "models/kernels/direct/filters.h"

#include <algorithm>

#include "models/kernels/direct.h"
#include "models/kernels/direct/source.h"
#include "models/kernels/micro/products.h"

namespace myoseg::kernels::direct {
namespace {

// The kernel's taps in the order of the packed ones.
std::vector<std::int64_t> taps_of(const Phase& phase, const WeightStrides& strides) {
  std::vector<std::int64_t> taps;
  for (const Tap& z : phase[0].taps)
    for (const Tap& y : phase[1].taps)
      for (const Tap& x : phase[2].taps)
        taps.push_back(z.kernel * strides.kernel[0] + y.kernel * strides.kernel[1] +
                       x.kernel * strides.kernel[2]);
  return taps;
}

// All taps of some channels on both sides, [to][from][tap]: PyTorch's weights are far apart in one
// direction or the other, and are read only once this way.
class Tile {
 public:
  Tile(std::int64_t to, std::int64_t from, std::int64_t taps)
      : taps_(taps), row_(from * taps + 1), values_(static_cast<std::size_t>(to * row_)) {}
  void read(const float* weight, Range to, std::int64_t to_stride, Range from,
            std::int64_t from_stride) {
    const auto copy = [&](std::int64_t k, std::int64_t c) {
      std::copy_n(weight + (to.begin + k) * to_stride + (from.begin + c) * from_stride, taps_,
                  values_.data() + k * row_ + c * taps_);
    };
    if (from_stride < to_stride)
      for (std::int64_t k = 0; k < to.size(); ++k)
        for (std::int64_t c = 0; c < from.size(); ++c) copy(k, c);
    else
      for (std::int64_t c = 0; c < from.size(); ++c)
        for (std::int64_t k = 0; k < to.size(); ++k) copy(k, c);
  }
  // Of channels [0, count) that are written.
  void write(std::int64_t count, std::int64_t from, std::int64_t tap, float* row) const {
    const float* at = values_.data() + from * taps_ + tap;
    for (std::int64_t k = 0; k < count; ++k) row[k] = at[k * row_];
  }

 private:
  std::int64_t taps_, row_;
  std::vector<float> values_;
};

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

// Of one channel that is written, in a Tile: with all columns they stay in the nearest memory.
constexpr std::int64_t kNumbersNear = 128;

Filters make_filters(const ConvShape& shape, const float* weight, bool backward) {
  const std::vector<Phase> all = phases(shape, shape.transposed != backward, {0, 0, 0});
  const ChannelsOf channels = channels_of(shape, backward);
  const WeightStrides strides = weight_strides(shape);
  const std::int64_t from = backward ? strides.out : strides.in;
  const std::int64_t to = backward ? strides.in : strides.out;
  const std::vector<std::int64_t> begins = phase_begins(all, channels);
  const std::int64_t columns = micro_kernels().columns, blocks = blocks_of(channels.to, columns);
  Filters filters{shape, Method::direct, backward, Buffer(begins.back())};

  std::vector<std::vector<std::int64_t>> taps;
  for (const Phase& phase : all) taps.push_back(taps_of(phase, strides));
  const std::int64_t kernel = shape.kernel[0] * shape.kernel[1] * shape.kernel[2];
  const std::int64_t near = std::clamp<std::int64_t>(kNumbersNear / kernel, 1, channels.from);
  const std::int64_t pieces = blocks_of(channels.from, near);

#pragma omp parallel for schedule(dynamic)
  for (std::int64_t i = 0; i < blocks * pieces; ++i) {
    const std::int64_t block = i / pieces, first = block * columns;
    const Range tos{first, std::min(first + columns, channels.to)};
    const Range froms{i % pieces * near, std::min((i % pieces + 1) * near, channels.from)};
    Tile tile(columns, near, kernel);
    tile.read(weight, tos, to, froms, from);
    for (std::size_t p = 0; p < all.size(); ++p)
      for (std::size_t t = 0; t < taps[p].size(); ++t)
        for (std::int64_t c = froms.begin; c < froms.end; ++c) {
          const auto row =
              (block * static_cast<std::int64_t>(taps[p].size()) + static_cast<std::int64_t>(t)) *
                  channels.from +
              c;
          float* packed = filters.values.data() + begins[p] + row * columns;
          if (tos.size() < columns) std::fill_n(packed, columns, 0.0F);
          tile.write(tos.size(), c - froms.begin, taps[p][t], packed);
        }
  }
  return filters;
}

}  // namespace myoseg::kernels::direct
