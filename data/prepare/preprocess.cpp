#include "data/prepare/preprocess.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "data/prepare/orientation.h"
#include "data/prepare/preprocess_view.h"

namespace myoseg {
namespace {

Axis axis_of(const View& view, Interpolation method) {
  std::vector<double> positions;
  for (std::int64_t i = view.begin(); i < view.end(); ++i)
    positions.push_back(view.to_scan(static_cast<double>(i)));
  return sample_axis(view.n, positions, view.step, method);
}

template <class T>
void sample_slice(std::span<const T> in, const Axis& x, const Axis& y, const View& vx,
                  const View& vy, T fill, std::span<T> out) {
  std::vector<T> inside(static_cast<std::size_t>(x.output() * y.output()));
  resample_plane(in, x, y, std::span<T>(inside));
  std::fill(out.begin(), out.end(), fill);
  for (std::int64_t row = 0; row < y.output(); ++row)
    std::copy_n(inside.begin() + row * x.output(), x.output(),
                out.begin() + (vy.begin() + row) * vx.size + vx.begin());
}

// Value of the network's input = offset + scale * (0..1 window value)^gamma, or + scale * HU within
// the window.
struct Intensity {
  double low, high, gamma;
  double offset = 0, scale = 1;

  [[nodiscard]] double windowed(double hu) const {
    const double unit = (std::clamp(hu, low, high) - low) / (high - low);
    return gamma == 1 ? unit : std::pow(unit, gamma);
  }
  [[nodiscard]] float operator()(double hu) const {
    return static_cast<float>(offset + scale * windowed(hu));
  }
};

Intensity intensity_of(std::span<const float> channel, std::int64_t slices,
                       const PreprocessOptions& o) {
  Intensity intensity{o.window_hu[0], o.window_hu[1], o.gamma};
  if (o.normalise == Normalise::symmetric) intensity.offset = -1, intensity.scale = 2;
  if (o.normalise == Normalise::none)
    intensity.offset = intensity.low, intensity.scale = intensity.high - intensity.low;
  if (o.normalise != Normalise::zscore) return intensity;
  // Sums by slice, added in order: the same for any number of threads.
  std::vector<std::array<double, 2>> sums(static_cast<std::size_t>(slices));
  const std::size_t plane = channel.size() / sums.size();
#pragma omp parallel for schedule(static)
  for (std::size_t z = 0; z < sums.size(); ++z)
    for (const float hu : channel.subspan(z * plane, plane)) {
      const double value = intensity.windowed(hu);
      sums[z][0] += value;
      sums[z][1] += value * value;
    }
  double sum = 0, squares = 0;
  for (const auto& s : sums) sum += s[0], squares += s[1];
  const double mean = sum / static_cast<double>(channel.size());
  const double variance =
      std::max(0.0, squares / static_cast<double>(channel.size()) - mean * mean);
  // A constant image has no contrast to scale: it becomes 0.
  intensity.scale = variance > 1e-12 ? 1 / std::sqrt(variance) : 1;
  intensity.offset = -mean * intensity.scale;
  return intensity;
}

void require_finite(const Image& image) {
  if (const std::string found = not_finite(image); !found.empty())
    throw data_error("the image has {}; export it again", found);
}

Geometry sampled(const Geometry& in, const View& x, const View& y) {
  Geometry out = in;
  for (std::size_t a = 0; a < 2; ++a) {
    const View& view = a == 0 ? x : y;
    out.size[a] = view.size;
    out.spacing[a] = in.spacing[a] * view.step;
    for (std::size_t r = 0; r < 3; ++r)
      out.origin[r] += in.direction[r * 3 + a] * in.spacing[a] * view.to_scan(0);
  }
  return out;
}

Image prepare_image(const Image& in, const PreprocessOptions& o) {
  const View vx = view_of(in.geometry, 0, o), vy = view_of(in.geometry, 1, o);
  const Axis x = axis_of(vx, Interpolation::smooth), y = axis_of(vy, Interpolation::smooth);
  Image out(sampled(in.geometry, vx, vy), in.channels);
  const std::int64_t slices = in.geometry.size[2];
  const auto from = static_cast<std::size_t>(in.slice_voxels()),
             to = static_cast<std::size_t>(out.slice_voxels());
  for (int c = 0; c < in.channels; ++c) {
    const auto channel =
        std::span(in.voxels).subspan(in.index(0, 0, 0, c), from * static_cast<std::size_t>(slices));
    const Intensity intensity = intensity_of(channel, slices, o);
#pragma omp parallel for schedule(static)
    for (std::int64_t z = 0; z < slices; ++z) {
      std::vector<float> plane(from);
      const auto source = channel.subspan(static_cast<std::size_t>(z) * from, from);
      std::transform(source.begin(), source.end(), plane.begin(), intensity);
      sample_slice<float>(plane, x, y, vx, vy, intensity(o.window_hu[0]),
                          std::span(out.voxels).subspan(out.index(0, 0, z, c), to));
    }
  }
  return out;
}

LabelMap prepare_label(const LabelMap& in, const PreprocessOptions& o) {
  const View vx = view_of(in.geometry, 0, o), vy = view_of(in.geometry, 1, o);
  // When shrinking, a label covers what the image's weights cover: the nearest voxel alone would
  // shift edges by up to half a voxel (always, when the step is even).
  const auto method = [](const View& view) {
    return view.step > 1 ? Interpolation::smooth : Interpolation::nearest;
  };
  const Axis x = axis_of(vx, method(vx)), y = axis_of(vy, method(vy));
  LabelMap out(sampled(in.geometry, vx, vy), 1);
  const auto from = static_cast<std::size_t>(in.slice_voxels()),
             to = static_cast<std::size_t>(out.slice_voxels());
#pragma omp parallel for schedule(static)
  for (std::int64_t z = 0; z < in.geometry.size[2]; ++z)
    sample_slice<std::uint8_t>(std::span(in.voxels).subspan(in.index(0, 0, z), from), x, y, vx, vy,
                               0, std::span(out.voxels).subspan(out.index(0, 0, z), to));
  return out;
}

}  // namespace

void describe(Fields& f, PreprocessOptions& o) {
  f("orientation", o.orientation,
    "Turn every scan to this orientation first (LPS: x to the left, y to the back, z to "
    "the head); empty: as stored.");
  f("window_hu", o.window_hu, kAny.in("HU"), "Intensities are clipped to this range.");
  f("normalise", o.normalise,
    "What the window becomes: unit 0..1, symmetric -1..1, zscore per case and channel, none HU.");
  f("gamma", o.gamma, kPositive, "Contrast gamma on the window's 0..1 values.");
  f("spacing_mm", o.spacing_mm, kPositive.in("mm"),
    "In-plane spacing (x, y) that scans are resampled to; null: their own.");
  f("size", o.size, between(1, 16384).in("px"), "Width and height of the network's input.");
  f("fit", o.fit, "How a slice gets that size: pad (or crop) about its centre, or resize.");
  f.require(o.window_hu[0] < o.window_hu[1],
            "window_hu must rise: its first number is not below its second");
  f.require(!o.spacing_mm || o.fit == Fit::pad,
            "spacing_mm has no effect when fit is resize; use fit: pad");
  f.require(o.orientation.empty() || is_orientation_code(o.orientation),
            "orientation must name three patient axes, such as LPS or RAS");
}

Prepared preprocess(const Image& image, const LabelMap* label, const PreprocessOptions& options) {
  require_finite(image);
  Prepared prepared;
  prepared.native = image.geometry;
  const bool turn = !options.orientation.empty();
  prepared.image = prepare_image(turn ? reorient(image, options.orientation) : image, options);
  if (label == nullptr) return prepared;
  if (const std::string gap = difference(image.geometry, label->geometry); !gap.empty())
    throw data_error(
        "image and label do not lie on one grid ({}); export the label on the image's grid", gap);
  prepared.label = prepare_label(turn ? reorient(*label, options.orientation) : *label, options);
  // Differences below the tolerance must not make the two grids differ.
  prepared.label.geometry = prepared.image.geometry;
  return prepared;
}

Geometry prepared_geometry(const Geometry& native, const PreprocessOptions& options) {
  const Geometry turned =
      options.orientation.empty() ? native : reorient(native, options.orientation);
  return sampled(turned, view_of(turned, 0, options), view_of(turned, 1, options));
}

}  // namespace myoseg
