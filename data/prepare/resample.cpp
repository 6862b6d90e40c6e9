#include "data/prepare/resample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace myoseg {
namespace {

void require_sizes(bool hold) {
  if (!hold) throw std::logic_error("resample: an array's length does not match the axes");
}

// Every output row is a weighted sum of input rows.
void along_rows(const float* in, std::int64_t row, const Axis& axis, float* out) {
  for (std::int64_t i = 0; i < axis.output(); ++i) {
    const float* weight = &axis.weight[static_cast<std::size_t>(i * axis.width)];
    const float* source = in + axis.first[static_cast<std::size_t>(i)] * row;
    float* target = out + i * row;
    for (std::int64_t x = 0; x < row; ++x) target[x] = weight[0] * source[x];
    for (std::int64_t k = 1; k < axis.width; ++k) {
      if (weight[k] == 0) continue;
      const float* next = source + k * row;
      for (std::int64_t x = 0; x < row; ++x) target[x] += weight[k] * next[x];
    }
  }
}

void within_row(const float* in, const Axis& axis, float* out) {
  const float* weight = axis.weight.data();
  for (std::int64_t i = 0; i < axis.output(); ++i, weight += axis.width) {
    const float* source = in + axis.first[static_cast<std::size_t>(i)];
    float sum = weight[0] * source[0];
    for (std::int64_t k = 1; k < axis.width; ++k) sum += weight[k] * source[k];
    out[i] = sum;
  }
}

// The tap that weighs most; of equal ones the later.
std::int64_t strongest(const Axis& axis, std::size_t i) {
  const float* weight = &axis.weight[i * static_cast<std::size_t>(axis.width)];
  std::int64_t best = 0;
  for (std::int64_t k = 1; k < axis.width; ++k)
    if (weight[k] >= weight[best]) best = k;
  return best;
}

// The label with the largest sum of weights around output (i, j); when two are equal the one
// nearest to it.
std::uint8_t vote(const std::uint8_t* corner, const Axis& x, std::size_t i, const Axis& y,
                  std::size_t j) {
  const float* wx = &x.weight[i * static_cast<std::size_t>(x.width)];
  const float* wy = &y.weight[j * static_cast<std::size_t>(y.width)];
  const std::uint8_t nearest = corner[strongest(y, j) * x.input + strongest(x, i)];
  bool same = true;
  for (std::int64_t b = 0; b < y.width; ++b)
    for (std::int64_t a = 0; a < x.width; ++a)
      same &= corner[b * x.input + a] == nearest || wx[a] * wy[b] == 0;
  if (same) return nearest;
  std::array<float, 256> sum{};
  for (std::int64_t b = 0; b < y.width; ++b)
    for (std::int64_t a = 0; a < x.width; ++a) sum[corner[b * x.input + a]] += wx[a] * wy[b];
  const auto best = std::max_element(sum.begin(), sum.end());
  // Sums in another order differ in their last bits; that must not decide.
  return *best - sum[nearest] < 1e-5f ? nearest : static_cast<std::uint8_t>(best - sum.begin());
}

template <class T, class Plane, class Slices>
Volume<T> volume_of(const Volume<T>& in, const std::array<Axis, 3>& axes, const Geometry& out,
                    const Plane& plane, const Slices& slices) {
  for (std::size_t a = 0; a < 3; ++a)
    require_sizes(axes[a].input == in.geometry.size[a] && axes[a].output() == out.size[a]);
  Geometry between = out;
  between.size[2] = in.geometry.size[2];
  Volume<T> sized(between, in.channels);
  const auto from = static_cast<std::size_t>(in.slice_voxels());
  const auto to = static_cast<std::size_t>(sized.slice_voxels());
  const std::int64_t planes = in.channels * in.geometry.size[2];
#pragma omp parallel for schedule(static)
  for (std::int64_t p = 0; p < planes; ++p) {
    const auto index = static_cast<std::size_t>(p);
    plane(std::span(in.voxels).subspan(index * from, from),
          std::span(sized.voxels).subspan(index * to, to));
  }
  sized.geometry = between;
  if (axes[2].identity()) {
    sized.geometry = out;
    return sized;
  }
  Volume<T> result(out, in.channels);
  for (int c = 0; c < in.channels; ++c)
    slices(&sized.voxels[sized.index(0, 0, 0, c)], static_cast<std::int64_t>(to),
           &result.voxels[result.index(0, 0, 0, c)]);
  return result;
}

Geometry resized(const Geometry& in, const std::array<std::int64_t, 3>& size, Alignment alignment) {
  Geometry out = in;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto n = static_cast<double>(in.size[a]), m = static_cast<double>(size[a]);
    const bool corners = alignment == Alignment::corners && m > 1;
    const double step = corners ? (n - 1) / (m - 1) : n / m;
    const double shift = corners ? 0 : (step - 1) / 2 * in.spacing[a];
    out.size[a] = size[a];
    out.spacing[a] = step > 0 ? in.spacing[a] * step : in.spacing[a];
    for (std::size_t r = 0; r < 3; ++r) out.origin[r] += in.direction[r * 3 + a] * shift;
  }
  return out;
}

std::array<Axis, 3> resize_axes(const Geometry& in, const std::array<std::int64_t, 3>& size,
                                Interpolation method, Alignment alignment) {
  std::array<Axis, 3> axes;
  for (std::size_t a = 0; a < 3; ++a) axes[a] = resize_axis(in.size[a], size[a], method, alignment);
  return axes;
}

std::array<Axis, 3> spacing_axes(const Geometry& in, const std::array<double, 3>& spacing_mm,
                                 Interpolation method, Geometry& out) {
  out = in;
  std::array<Axis, 3> axes;
  for (std::size_t a = 0; a < 3; ++a) {
    if (spacing_mm[a] > 0) out.spacing[a] = spacing_mm[a];
    const double step = out.spacing[a] / in.spacing[a];
    // nearbyint rounds halves to even, as numpy does for MONAI.
    out.size[a] = static_cast<std::int64_t>(
        std::nearbyint(static_cast<double>(in.size[a] - 1) * in.spacing[a] / out.spacing[a] + 1));
    std::vector<double> positions(static_cast<std::size_t>(out.size[a]));
    for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<double>(i) * step;
    axes[a] = sample_axis(in.size[a], positions, step, method);
  }
  return axes;
}

}  // namespace

void resample_plane(std::span<const float> in, const Axis& x, const Axis& y, std::span<float> out) {
  require_sizes(static_cast<std::int64_t>(in.size()) == x.input * y.input &&
                static_cast<std::int64_t>(out.size()) == x.output() * y.output());
  if (out.empty()) return;
  if (x.identity()) return along_rows(in.data(), x.input, y, out.data());
  // Only the rows that some output row needs.
  const auto [low, high] = std::minmax_element(y.first.begin(), y.first.end());
  Axis shifted = y;
  for (auto& first : shifted.first) first -= *low;
  const std::int64_t rows = *high + y.width - *low;
  std::vector<float> between(static_cast<std::size_t>(rows * x.output()));
  for (std::int64_t r = 0; r < rows; ++r)
    within_row(in.data() + (*low + r) * x.input, x, between.data() + r * x.output());
  along_rows(between.data(), x.output(), shifted, out.data());
}

void resample_plane(std::span<const std::uint8_t> in, const Axis& x, const Axis& y,
                    std::span<std::uint8_t> out) {
  require_sizes(static_cast<std::int64_t>(in.size()) == x.input * y.input &&
                static_cast<std::int64_t>(out.size()) == x.output() * y.output());
  std::uint8_t* target = out.data();
  for (std::size_t j = 0; j < y.first.size(); ++j)
    for (std::size_t i = 0; i < x.first.size(); ++i) {
      const std::uint8_t* corner = in.data() + y.first[j] * x.input + x.first[i];
      *target++ = x.width * y.width == 1 ? *corner : vote(corner, x, i, y, j);
    }
}

Image resample(const Image& in, const std::array<Axis, 3>& axes, const Geometry& out) {
  return volume_of(
      in, axes, out,
      [&](std::span<const float> from, std::span<float> to) {
        resample_plane(from, axes[0], axes[1], to);
      },
      [&](const float* from, std::int64_t plane, float* to) {
        along_rows(from, plane, axes[2], to);
      });
}

LabelMap resample(const LabelMap& in, const std::array<Axis, 3>& axes, const Geometry& out) {
  require_sizes(axes[2].width == 1);
  return volume_of(
      in, axes, out,
      [&](std::span<const std::uint8_t> from, std::span<std::uint8_t> to) {
        resample_plane(from, axes[0], axes[1], to);
      },
      [&](const std::uint8_t* from, std::int64_t plane, std::uint8_t* to) {
        for (std::size_t z = 0; z < axes[2].first.size(); ++z)
          std::copy_n(from + axes[2].first[z] * plane, plane,
                      to + static_cast<std::int64_t>(z) * plane);
      });
}

Image resize(const Image& in, const std::array<std::int64_t, 3>& size, Interpolation method,
             Alignment alignment) {
  return resample(in, resize_axes(in.geometry, size, method, alignment),
                  resized(in.geometry, size, alignment));
}

LabelMap resize(const LabelMap& in, const std::array<std::int64_t, 3>& size, Interpolation method) {
  return resample(in, resize_axes(in.geometry, size, method, Alignment::edges),
                  resized(in.geometry, size, Alignment::edges));
}

Image resample_to_spacing(const Image& in, const std::array<double, 3>& spacing_mm,
                          Interpolation method) {
  Geometry out;
  const auto axes = spacing_axes(in.geometry, spacing_mm, method, out);
  return resample(in, axes, out);
}

LabelMap resample_to_spacing(const LabelMap& in, const std::array<double, 3>& spacing_mm) {
  Geometry out;
  const auto axes = spacing_axes(in.geometry, spacing_mm, Interpolation::nearest, out);
  return resample(in, axes, out);
}

}  // namespace myoseg
