#include "data/prepare/sampling.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <vector>

#include "core/error.h"

namespace myoseg {
namespace {

double middle(std::int64_t count) { return static_cast<double>(count - 1) / 2; }

// Voxels of an axis of n at a spacing `step` times its own.
std::int64_t resampled(std::int64_t n, double step, Resampling method) {
  const double voxels = method == Resampling::linear
                            ? std::nearbyint(static_cast<double>(n - 1) / step + 1)
                            : std::round(static_cast<double>(n) / step);
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(voxels));
}

// Of fit=inside: how far apart, in mm, voxels lie so that the kept box just fits into the size.
double common_spacing(const Turned& turned, const PreprocessOptions& o, const Box& kept) {
  double spacing = 0;
  for (std::size_t axis = 0; axis < o.size->size(); ++axis)
    spacing = std::max(spacing, static_cast<double>(kept.size()[turned.from[axis]]) *
                                    turned.geometry.spacing[axis] / (*o.size)[axis]);
  return spacing;
}

// The spacing that an axis is resampled to; none: its own.
std::optional<double> wanted_spacing(const Turned& turned, std::size_t axis,
                                     const PreprocessOptions& o, const Box& kept) {
  if (o.fit == Fit::inside && o.size && axis < o.size->size())
    return common_spacing(turned, o, kept);
  if (o.spacing_mm && axis < o.spacing_mm->size()) return (*o.spacing_mm)[axis];
  return std::nullopt;
}

AxisView view_of(const Turned& turned, std::size_t axis, const PreprocessOptions& o,
                 const Box& kept) {
  const std::size_t stored = turned.from[axis];
  const bool reversed = turned.reversed[axis], sized = o.size && axis < o.size->size();
  AxisView view;
  view.n = view.resampled = kept.size()[stored];
  view.cut = reversed ? turned.geometry.size[axis] - kept.end[stored] : kept.begin[stored];
  if (sized && o.fit == Fit::resize) {
    view.resampled = (*o.size)[axis];
    view.step = static_cast<double>(view.n) / static_cast<double>(view.resampled);
  } else if (const auto spacing = wanted_spacing(turned, axis, o, kept)) {
    // Spacings written to files with few digits are the same spacing: then nothing is interpolated.
    const double step = *spacing / turned.geometry.spacing[axis];
    if (std::abs(step - 1) > 1e-4) {
      view.step = step;
      view.resampled = resampled(view.n, step, o.resampling);
    }
  }
  view.size = sized ? (*o.size)[axis] : view.resampled;
  view.start = sized ? centred_start(view.resampled, view.size) : 0;
  const bool keeps_first = o.fit == Fit::pad && o.resampling == Resampling::linear;
  const auto pivot = [&](std::int64_t n) {
    if (!keeps_first) return middle(n);
    return reversed ? static_cast<double>(n - 1) : 0;
  };
  view.pivot = pivot(view.n);
  view.resampled_pivot = pivot(view.resampled);
  return view;
}

}  // namespace

std::int64_t centred_start(std::int64_t n, std::int64_t size) {
  return n >= size ? n / 2 - size / 2 : -((size - n) / 2);
}

Geometry Sampling::prepared() const {
  const Geometry& in = turned.geometry;
  Geometry out = in;
  for (std::size_t a = 0; a < 3; ++a) {
    const AxisView& view = views[a];
    out.size[a] = view.size;
    out.spacing[a] = in.spacing[a] * view.step;
    for (std::size_t r = 0; r < 3; ++r)
      out.origin[r] += in.direction[r * 3 + a] * in.spacing[a] *
                       (view.to_scan(0) + static_cast<double>(view.cut));
  }
  return out;
}

Sampling sampling_of(const Geometry& native, const PreprocessOptions& options, const Box& kept) {
  if (options.spacing_mm && !native.has_pixel_size())
    throw data_error(
        "the image states no pixel size, which resampling to preprocess.spacing_mm needs; give it "
        "in a format that states one (or spacing_mm=[x,y] to predict)");
  Sampling sampling{native, turned(native, options.orientation), {}};
  for (std::size_t a = 0; a < 3; ++a)
    sampling.views[a] = view_of(sampling.turned, a, options, kept);
  return sampling;
}

Sampling sampling_of(const Geometry& native, const PreprocessOptions& options) {
  if (options.crop != Crop::none)
    throw std::logic_error("sampling_of: a crop to the foreground needs the scan");
  return sampling_of(native, options, Box{{}, native.size});
}

Sampling sampling_of(const StoredImage& scan, const PreprocessOptions& options) {
  if (options.crop == Crop::none) return sampling_of(scan.geometry, options);
  return sampling_of(scan.geometry, options,
                     foreground_box(scan, static_cast<float>(options.window_hu[0])));
}

Box foreground_box(const StoredImage& image, float threshold) {
  const auto& size = image.geometry.size;
  const auto rows = size[1] * size[2];
  std::int64_t low_x = size[0], low_y = size[1], low_z = size[2];
  std::int64_t high_x = -1, high_y = -1, high_z = -1;
  const auto widen = [&](const auto* voxels, const auto& hu) {
#pragma omp parallel for schedule(static) reduction(min                    \
                                                    : low_x, low_y, low_z) \
    reduction(max                                                          \
              : high_x, high_y, high_z)
    for (std::int64_t r = 0; r < rows; ++r) {
      const auto* row = voxels + r * size[0];
      const std::int64_t y = r % size[1], z = r / size[1];
      // Of a row in the box so far, only what lies left and right of it.
      const bool known = low_y <= y && y <= high_y && low_z <= z && z <= high_z;
      const std::int64_t end = known ? low_x : size[0], begin = known ? high_x : -1;
      std::int64_t first = 0, last = size[0] - 1;
      while (first < end && !(hu(row[first]) > threshold)) ++first;
      if (first == size[0]) continue;
      while (last > begin && !(hu(row[last]) > threshold)) --last;
      low_x = std::min(low_x, first), high_x = std::max(high_x, last);
      low_y = std::min(low_y, y), high_y = std::max(high_y, y);
      low_z = std::min(low_z, z), high_z = std::max(high_z, z);
    }
  };
  for (const StoredChannel& channel : image.channels) channel.visit(widen);
  if (high_x < 0) return {{}, size};
  return {{low_x, low_y, low_z}, {high_x + 1, high_y + 1, high_z + 1}};
}

}  // namespace myoseg
