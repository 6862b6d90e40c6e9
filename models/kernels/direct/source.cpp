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

Source::Source(std::span<const Input> inputs, Reading reading)
    : inputs_(inputs), merged_(reading == Reading::merge) {
  for (const Input& input : inputs) channels_ += input.features.channels;
  in_place_ = inputs.size() == 1 && inputs[0].scale == nullptr && reading == Reading::stay;
  zeros_ = Buffer(channels_);
  std::fill_n(zeros_.data(), channels_, 0.0F);
}

Window Source::window(const Block& block, std::span<const Phase> phases, Buffer& packed) const {
  const ConstFeatures& f = inputs_[0].features;
  Window w;
  if (in_place_) {
    w.data = f.at(block.sample, 0, 0, 0);
    w.extent = extents(f);
    w.stride = {f.height * f.width * f.stride, f.width * f.stride, f.stride};
    return w;
  }
  for (std::size_t d = 0; d < 3; ++d) {
    const Range r = range_read(block, phases, d);
    w.first[d] = r.begin;
    w.extent[d] = r.size();
  }
  w.stride = {w.extent[1] * w.extent[2] * channels_, w.extent[2] * channels_, channels_};
  const std::int64_t size = w.extent[0] * w.stride[0];
  if (packed.count() < size) packed = Buffer(size + micro_kernels().columns);
  w.data = packed.data();
  pack(block, w, packed.data());
  return w;
}

void Source::pack(const Block& block, const Window& w, float* to) const {
  const ConstFeatures& f = inputs_[0].features;
  for (std::int64_t z = w.first[0]; z < w.first[0] + w.extent[0]; ++z)
    for (std::int64_t y = w.first[1]; y < w.first[1] + w.extent[1]; ++y, to += w.stride[1])
      if (z < 0 || z >= f.depth || y < 0 || y >= f.height)
        std::fill_n(to, w.stride[1], 0.0F);
      else
        pack_line(block.sample, z, y, w, to);
}

void Source::pack_line(std::int64_t sample, std::int64_t z, std::int64_t y, const Window& w,
                       float* to) const {
  const std::int64_t width = inputs_[0].features.width, first = w.first[2];
  const Range inside{std::clamp<std::int64_t>(first, 0, width),
                     std::clamp<std::int64_t>(first + w.extent[2], 0, width)};
  const std::int64_t left = inside.size() > 0 ? inside.begin - first : w.extent[2];
  std::fill_n(to, left * channels_, 0.0F);
  std::fill(to + (left + inside.size()) * channels_, to + w.stride[1], 0.0F);
  if (inside.size() == 0) return;
  float* place = to + left * channels_;
  for (const Input& input : inputs_) {
    const ConstFeatures& f = input.features;
    PreparedRows p{.from = f.at(sample, z, y, inside.begin),
                   .from_stride = f.stride,
                   .to = place,
                   .to_stride = channels_,
                   .rows = inside.size(),
                   .channels = f.channels};
    if (input.scale != nullptr) {
      p.scale = input.scale + sample * input.sample_stride;
      p.shift = input.shift + sample * input.sample_stride;
      p.slope = input.slope;
    } else if (f.stride == f.channels && channels_ == f.channels) {
      p.channels = p.rows * f.channels;  // one long row
      p.rows = 1;
    }
    row_kernels().prepare(p);
    place += f.channels;
  }
}

void Source::find_rows(const Window& w, const Block& block, const Phase& phase,
                       std::vector<const float*>& rows) const {
  const std::size_t x_taps =
      merged_ ? std::min<std::size_t>(phase[2].taps.size(), 1) : phase[2].taps.size();
  const Range zs = block.of(phase, 0), ys = block.of(phase, 1), xs = block.of(phase, 2);
  rows.resize(phase[0].taps.size() * phase[1].taps.size() * x_taps *
              static_cast<std::size_t>(block.rows(phase)));
  const float** to = rows.data();
  for (const Tap& tz : phase[0].taps)
    for (const Tap& ty : phase[1].taps)
      for (std::size_t tx = 0; tx < x_taps; ++tx)
        for (std::int64_t jz = zs.begin; jz < zs.end; ++jz)
          for (std::int64_t jy = ys.begin; jy < ys.end; ++jy) {
            const std::int64_t z = jz * phase[0].step + tz.offset - w.first[0];
            const std::int64_t y = jy * phase[1].step + ty.offset - w.first[1];
            if (z < 0 || z >= w.extent[0] || y < 0 || y >= w.extent[1])
              to = std::fill_n(to, xs.size(), zeros_.data());
            else
              to = find_line(w, w.data + z * w.stride[0] + y * w.stride[1], phase[2],
                             phase[2].taps[tx], xs, zeros_.data(), to);
          }
}

}  // namespace myoseg::kernels::direct
