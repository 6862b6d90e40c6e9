#include "models/kernels/direct/source.h"

#include "models/kernels/micro/products.h"
#include "models/kernels/micro/rows.h"

namespace myoseg::kernels::direct {
namespace {

// The places of an axis that any of the phases reads.
Range range_read(const Block& block, std::span<const Phase> phases, std::size_t axis) {
  Range read{0, 0};
  bool any = false;
  for (const Phase& phase : phases) {
    const AxisPhase& p = phase[axis];
    const Range outputs = block.of(phase, axis);
    if (outputs.size() == 0 || p.taps.empty()) continue;
    const Range r{outputs.begin * p.step + p.taps.front().offset,
                  (outputs.end - 1) * p.step + p.taps.back().offset + 1};
    read = any ? Range{std::min(read.begin, r.begin), std::max(read.end, r.end)} : r;
    any = true;
  }
  return read;
}

// The rows of one tap for outputs `x` of a line that begins at `line`.
const float** find_line(const Window& w, const float* line, const AxisPhase& axis, const Tap& tap,
                        Range x, const float* zeros, const float** to) {
  const std::int64_t offset = tap.offset - w.first[2], step = axis.step * w.stride[2];
  const auto inside = [&](std::int64_t j) {
    const std::int64_t at = j * axis.step + offset;
    return at >= 0 && at < w.extent[2];
  };
  std::int64_t j = x.begin, end = x.end;
  while (j < x.end && !inside(j)) *to++ = zeros, ++j;
  while (end > j && !inside(end - 1)) --end;
  const float* place = line + (j * axis.step + offset) * w.stride[2];
  for (; j < end; ++j, place += step) *to++ = place;
  for (; j < x.end; ++j) *to++ = zeros;
  return to;
}

constexpr std::int64_t kFewChannels = 16;

}  // namespace

Reading reading_of(std::span<const Input> inputs) {
  const bool copied = inputs.size() > 1 || inputs[0].scale != nullptr;
  return copied || inputs[0].features.channels < kFewChannels ? Reading::merge : Reading::stay;
}

std::int64_t channels_in(std::span<const Input> inputs) {
  std::int64_t sum = 0;
  for (const Input& input : inputs) sum += input.features.channels;
  return sum;
}

Source::Source(std::span<const Input> inputs, Reading reading, std::int64_t block)
    : inputs_(inputs),
      channels_(channels_in(inputs)),
      block_(block),
      merged_(reading == Reading::merge),
      in_place_(inputs.size() == 1 && inputs[0].scale == nullptr && reading == Reading::stay),
      zeros_(channels_) {
  std::fill_n(zeros_.data(), channels_, 0.0F);
}

Window Source::window(const Block& block, std::span<const Phase> phases, Range channel_blocks,
                      Buffer& packed) const {
  const ConstFeatures& f = inputs_[0].features;
  Window w;
  if (in_place_) {
    w.data = f.at(block.sample, 0, 0, 0) + channel_blocks.begin * block_;
    w.block_stride = block_;
    w.extent = extents(f);
    w.stride = {f.height * f.width * f.stride, f.width * f.stride, f.stride};
    return w;
  }
  for (std::size_t d = 0; d < 3; ++d) {
    const Range r = range_read(block, phases, d);
    w.first[d] = r.begin;
    w.extent[d] = r.size();
  }
  w.stride = {w.extent[1] * w.extent[2] * block_, w.extent[2] * block_, block_};
  w.block_stride = w.extent[0] * w.stride[0] + micro_kernels().columns;  // rows are written beyond
  const std::int64_t size = channel_blocks.size() * w.block_stride;
  if (packed.count() < size) packed = Buffer(size);
  w.data = packed.data();
  pack(block, w, channel_blocks, packed.data());
  return w;
}

// A line's blocks one after the other, while it is near.
void Source::pack(const Block& block, const Window& w, Range channel_blocks, float* to) const {
  const ConstFeatures& f = inputs_[0].features;
  for (std::int64_t z = w.first[0]; z < w.first[0] + w.extent[0]; ++z)
    for (std::int64_t y = w.first[1]; y < w.first[1] + w.extent[1]; ++y, to += w.stride[1])
      for (std::int64_t i = channel_blocks.begin; i < channel_blocks.end; ++i) {
        float* line = to + (i - channel_blocks.begin) * w.block_stride;
        if (z < 0 || z >= f.depth || y < 0 || y >= f.height)
          std::fill_n(line, w.stride[1], 0.0F);
        else
          pack_line({block.sample, z, y}, w, {i * block_, std::min(channels_, (i + 1) * block_)},
                    line);
      }
}

void Source::pack_line(std::array<std::int64_t, 3> at, const Window& w, Range channels,
                       float* to) const {
  const std::int64_t width = inputs_[0].features.width, first = w.first[2];
  const Range inside{std::clamp<std::int64_t>(first, 0, width),
                     std::clamp<std::int64_t>(first + w.extent[2], 0, width)};
  const std::int64_t left = inside.size() > 0 ? inside.begin - first : w.extent[2];
  std::fill_n(to, left * block_, 0.0F);
  float* place = to + left * block_;
  std::int64_t begin = 0;  // of an input's channels among all
  for (const Input& input : inputs_) {
    const ConstFeatures& f = input.features;
    const Range mine{std::max(channels.begin, begin), std::min(channels.end, begin + f.channels)};
    begin += f.channels;
    if (mine.size() <= 0 || inside.size() == 0) continue;
    const std::int64_t c = mine.begin - (begin - f.channels);
    PreparedRows p{.from = f.at(at[0], at[1], at[2], inside.begin) + c,
                   .from_stride = f.stride,
                   .to = place + mine.begin - channels.begin,
                   .to_stride = block_,
                   .rows = inside.size(),
                   .channels = mine.size()};
    if (input.scale != nullptr) {
      p.scale = input.scale + at[0] * input.sample_stride + c;
      p.shift = input.shift + at[0] * input.sample_stride + c;
      p.slope = input.slope;
    } else if (f.stride == mine.size() && block_ == f.stride) {
      p.channels = p.rows * f.channels;  // one long row
      p.rows = 1;
    }
    if (mine.size() == channels.size() && p.rows > 1) p.written = block_;
    row_kernels().prepare(p);
  }
  std::fill(to + (left + inside.size()) * block_, to + w.stride[1], 0.0F);
}

bool Source::find_rows(const Window& w, const Block& block, const Phase& phase,
                       std::vector<const float*>& rows) const {
  const std::size_t x_taps =
      merged_ ? std::min<std::size_t>(phase[2].taps.size(), 1) : phase[2].taps.size();
  const Range zs = block.of(phase, 0), ys = block.of(phase, 1), xs = block.of(phase, 2);
  rows.resize(phase[0].taps.size() * phase[1].taps.size() * x_taps *
              static_cast<std::size_t>(block.rows(phase)));
  const float** to = rows.data();
  bool outside = false;
  for (const Tap& tz : phase[0].taps)
    for (const Tap& ty : phase[1].taps)
      for (std::size_t tx = 0; tx < x_taps; ++tx)
        for (std::int64_t jz = zs.begin; jz < zs.end; ++jz)
          for (std::int64_t jy = ys.begin; jy < ys.end; ++jy) {
            const std::int64_t z = jz * phase[0].step + tz.offset - w.first[0];
            const std::int64_t y = jy * phase[1].step + ty.offset - w.first[1];
            if (z < 0 || z >= w.extent[0] || y < 0 || y >= w.extent[1]) {
              to = std::fill_n(to, xs.size(), zeros_.data());
              outside = true;
            } else {
              to = find_line(w, w.data + z * w.stride[0] + y * w.stride[1], phase[2],
                             phase[2].taps[tx], xs, zeros_.data(), to);
            }
          }
  return outside;
}

}  // namespace myoseg::kernels::direct
