#include "tests/data/monai_transforms.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "data/prepare/orientation.h"
#include "data/prepare/sampling.h"

namespace myoseg::testing {
namespace {

template <class T>
Volume<T> cropped(const Volume<T>& in, const Box& box, T fill) {
  Geometry geometry = in.geometry;
  geometry.size = box.size;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t r = 0; r < 3; ++r)
      geometry.origin[r] += in.geometry.direction[r * 3 + a] * in.geometry.spacing[a] *
                            static_cast<double>(box.start[a]);
  Volume<T> out(geometry, in.channels, fill);
  std::array<std::int64_t, 3> begin{}, end{};  // the part of `out` that lies within `in`
  for (std::size_t a = 0; a < 3; ++a) {
    begin[a] = std::max<std::int64_t>(0, -box.start[a]);
    end[a] = std::min(box.size[a], in.geometry.size[a] - box.start[a]);
  }
  if (begin[0] >= end[0]) return out;
  for (int c = 0; c < in.channels; ++c)
    for (std::int64_t z = begin[2]; z < end[2]; ++z)
      for (std::int64_t y = begin[1]; y < end[1]; ++y)
        std::copy_n(&in.at(begin[0] + box.start[0], y + box.start[1], z + box.start[2], c),
                    end[0] - begin[0], &out.at(begin[0], y, z, c));
  return out;
}

// Turning is pointing the axes elsewhere: the letters of the old axes, some of them opposite, in
// their new order.
template <class T>
Volume<T> turned(const Volume<T>& volume, const std::array<std::size_t, 3>& from,
                 const std::array<bool, 3>& reversed) {
  static const std::map<char, char> kOpposite{{'L', 'R'}, {'R', 'L'}, {'A', 'P'},
                                              {'P', 'A'}, {'I', 'S'}, {'S', 'I'}};
  const std::string old = orientation_code(volume.geometry);
  std::string code;
  for (std::size_t a = 0; a < 3; ++a)
    code += reversed[a] ? kOpposite.at(old[from[a]]) : old[from[a]];
  return reorient(volume, code);
}

template <class T>
Volume<T> quarter_turns(const Volume<T>& volume, int quarters, int from, int to) {
  std::array<std::size_t, 3> order{0, 1, 2};
  std::array<bool, 3> reversed{};
  const auto a = static_cast<std::size_t>(from), b = static_cast<std::size_t>(to);
  for (int q = 0; q < ((quarters % 4) + 4) % 4; ++q) {
    // out[i, j] = in[j, n_b - 1 - i] for axes (a, b): the new a is the old b run backwards.
    std::swap(order[a], order[b]);
    std::swap(reversed[a], reversed[b]);
    reversed[a] = !reversed[a];
  }
  return turned(volume, order, reversed);
}

// The volume along x and y, then along z: all columns of a plane at once are the rows of a picture.
template <class T>
Volume<T> resample(const Volume<T>& in, const std::array<Axis, 3>& axes, const Geometry& out) {
  const auto plane_in = static_cast<std::size_t>(in.slice_voxels());
  const auto plane = static_cast<std::size_t>(out.size[0] * out.size[1]);
  const auto slices = static_cast<std::size_t>(in.geometry.size[2]);
  const Axis columns = resize_axis(static_cast<std::int64_t>(plane),
                                   static_cast<std::int64_t>(plane), Interpolation::nearest);
  Volume<T> result(out, in.channels);
  std::vector<T> between(plane * slices);
  for (std::size_t c = 0; c < static_cast<std::size_t>(in.channels); ++c) {
    for (std::size_t z = 0; z < slices; ++z)
      resample_plane(std::span(in.voxels).subspan((c * slices + z) * plane_in, plane_in), axes[0],
                     axes[1], std::span(between).subspan(z * plane, plane));
    const std::size_t size = plane * static_cast<std::size_t>(out.size[2]);
    resample_plane(std::span<const T>(between), columns, axes[2],
                   std::span(result.voxels).subspan(c * size, size));
  }
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

Box centred_box(const Geometry& geometry, const std::array<std::int64_t, 3>& size) {
  Box box{{}, size};
  for (std::size_t a = 0; a < 3; ++a) box.start[a] = centred_start(geometry.size[a], size[a]);
  return box;
}

Box foreground_box(const Image& image, double threshold, std::int64_t margin,
                   std::int64_t divisible_by) {
  const auto& size = image.geometry.size;
  std::array<std::int64_t, 3> low = size, high{-1, -1, -1};
  for (int c = 0; c < image.channels; ++c)
    for (std::int64_t z = 0; z < size[2]; ++z)
      for (std::int64_t y = 0; y < size[1]; ++y) {
        const float* row = &image.at(0, y, z, c);
        const auto above = [&](float value) { return value > threshold; };
        const std::int64_t first = std::find_if(row, row + size[0], above) - row;
        if (first == size[0]) continue;
        std::int64_t last = size[0] - 1;
        while (!above(row[last])) --last;
        low = {std::min(low[0], first), std::min(low[1], y), std::min(low[2], z)};
        high = {std::max(high[0], last), std::max(high[1], y), std::max(high[2], z)};
      }
  Box box;
  if (high[0] < 0) return box;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int64_t start = std::max<std::int64_t>(0, low[a] - margin);
    const std::int64_t extent = std::min(size[a], high[a] + 1 + margin) - start;
    box.size[a] = (extent + divisible_by - 1) / divisible_by * divisible_by;
    box.start[a] = start - (box.size[a] - extent) / 2;
  }
  return box;
}

Image crop(const Image& volume, const Box& box, float fill) { return cropped(volume, box, fill); }
LabelMap crop(const LabelMap& volume, const Box& box, std::uint8_t fill) {
  return cropped(volume, box, fill);
}

Image flip(const Image& volume, const std::array<bool, 3>& axes) {
  return turned(volume, {0, 1, 2}, axes);
}
LabelMap flip(const LabelMap& volume, const std::array<bool, 3>& axes) {
  return turned(volume, {0, 1, 2}, axes);
}

Image rotate90(const Image& volume, int quarters, int from, int to) {
  return quarter_turns(volume, quarters, from, to);
}
LabelMap rotate90(const LabelMap& volume, int quarters, int from, int to) {
  return quarter_turns(volume, quarters, from, to);
}

Image resize(const Image& in, const std::array<std::int64_t, 3>& size, Interpolation method,
             Alignment alignment) {
  std::array<Axis, 3> axes;
  for (std::size_t a = 0; a < 3; ++a)
    axes[a] = resize_axis(in.geometry.size[a], size[a], method, alignment);
  return resample(in, axes, resized(in.geometry, size, alignment));
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

}  // namespace myoseg::testing
