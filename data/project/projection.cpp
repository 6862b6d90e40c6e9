#include "data/project/projection.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include "core/error.h"
#include "data/prepare/orientation.h"
#include "data/prepare/resample.h"
#include "data/project/axis_ordered.h"
#include "data/project/fold_planes.h"
#include "data/project/perspective.h"
#include "data/project/radiograph_grid.h"
#include "data/project/table.h"

namespace myoseg {
namespace {

// From what was gathered on a ray of `samples` voxels, `step_mm` apart, to a pixel.
class PixelOf {
 public:
  explicit PixelOf(const ProjectionOptions& options)
      : value_(options.ray), per_mm_(water_attenuation(options.energy_kev) / 10) {}

  float operator()(double gathered, std::int64_t samples, double step_mm) const {
    const auto n = static_cast<double>(samples);
    if (value_ == RayValue::maximum) return static_cast<float>(gathered);
    if (value_ == RayValue::average) return static_cast<float>(gathered / n);
    const double integral = per_mm_ * step_mm * (n + gathered / 1000);  // mu = mu_w (1 + HU / 1000)
    return static_cast<float>(value_ == RayValue::attenuation ? integral : std::exp(-integral));
  }

 private:
  RayValue value_;
  double per_mm_;
};

// What less counts as: attenuation is never below that of air, whatever pads a scan.
template <class T>
T least_of(RayValue value) {
  const bool attenuation = value == RayValue::attenuation || value == RayValue::transmission;
  return attenuation ? static_cast<T>(kAirHu) : std::numeric_limits<T>::lowest();
}

// The values of a fold, which are in the order of the stored axes, as pixels.
template <class Out, class In, class Pixel>
void place(const std::vector<In>& values, const Turned& turned, std::vector<Out>& out,
           const Pixel& pixel) {
  const std::size_t right = turned.from[0], down = turned.from[1];
  const auto width = turned.geometry.size[0], height = turned.geometry.size[1];
  for (std::int64_t j = 0; j < height; ++j)
    for (std::int64_t i = 0; i < width; ++i) {
      const std::int64_t a = turned.reversed[0] ? width - 1 - i : i;
      const std::int64_t b = turned.reversed[1] ? height - 1 - j : j;
      const std::int64_t at = right < down ? b * width + a : a * height + b;
      out[static_cast<std::size_t>(j * width + i)] = pixel(values[static_cast<std::size_t>(at)]);
    }
}

// Parallel rays through voxels that are stored along the patient's axes or, plane by plane, through
// those of a grid that is.
template <class T, class MakeFold, class Pixel, class Out>
void project_parallel(const Volume<T>& scan, RadiographView view, const MakeFold& make_fold,
                      const Pixel& pixel, Volume<Out>& out) {
  const auto finish = [&](const auto& fold, const Geometry& grid) {
    const Turned seen = turned(grid, axes_of(view));
    out = Volume<Out>(radiograph_grid(grid, view), 1);
    place(fold.values(), seen, out.voxels, [&](auto value) {
      return pixel(value, seen.geometry.size[2], seen.geometry.spacing[2]);
    });
  };
  const auto axis_of = [&](const Geometry& grid) { return turned(grid, axes_of(view)).from[2]; };
  if (runs_along_patient(scan.geometry)) {
    const auto& size = scan.geometry.size;
    PlaneFold<T, decltype(make_fold(T{}))> fold(size, axis_of(scan.geometry), make_fold(T{}));
    fold.add(scan.voxels.data(), 0, size[2]);
    return finish(fold, scan.geometry);
  }
  constexpr std::int64_t kPlanes = 16;
  using S = Sampled<T>;
  const Geometry grid = axis_ordered_grid(scan.geometry);
  PlaneFold<S, decltype(make_fold(S{}))> fold(grid.size, axis_of(grid), make_fold(S{}));
  std::vector<S> planes(static_cast<std::size_t>(grid.size[0] * grid.size[1] * kPlanes));
  for (std::int64_t z = 0; z < grid.size[2]; z += kPlanes) {
    const std::int64_t count = std::min(kPlanes, grid.size[2] - z);
    sample_planes(scan, grid, z, count, planes.data());
    fold.add(planes.data(), z, count);
  }
  finish(fold, grid);
}

template <class T>
Image project_perspective(const Volume<T>& scan, const ProjectionOptions& o, const PixelOf& pixel) {
  if (!runs_along_patient(scan.geometry)) return project_perspective(axis_ordered(scan), o, pixel);
  const PerspectiveRays rays = perspective_rays(
      scan, o.view, *o.source_distance_mm, o.ray == RayValue::maximum, least_of<double>(o.ray));
  Image out(rays.grid, 1);
  for (std::size_t i = 0; i < out.voxels.size(); ++i)
    out.voxels[i] = pixel(rays.values[i], rays.samples, rays.step_mm[i]);
  return out;
}

void require_pixels(const Geometry& grid, double pixel_mm, const std::string& name) {
  constexpr double kMost = 1 << 28;  // of a picture that is read again
  const double width = static_cast<double>(grid.size[0]) * grid.spacing[0] / pixel_mm;
  const double height = static_cast<double>(grid.size[1]) * grid.spacing[1] / pixel_mm;
  if (std::max(width, height) > kLongestAxis || width * height > kMost)
    throw data_error("{}: pixel_mm={:g} makes {:g} x {:g} pixels of it; choose larger ones", name,
                     pixel_mm, width, height);
}

// Square pixels of that side, about the same middle.
template <class T>
Volume<T> with_pixels(const Volume<T>& in, double pixel_mm, const std::string& name) {
  require_pixels(in.geometry, pixel_mm, name);
  Geometry grid = in.geometry;
  std::array<Axis, 2> axes;
  for (std::size_t a = 0; a < 2; ++a) {
    const double step = pixel_mm / in.geometry.spacing[a], n = static_cast<double>(grid.size[a]);
    grid.size[a] = std::max<std::int64_t>(1, std::llround(n / step));
    grid.spacing[a] = pixel_mm;
    std::vector<double> at(static_cast<std::size_t>(grid.size[a]));
    for (std::size_t i = 0; i < at.size(); ++i)
      at[i] =
          (static_cast<double>(i) - static_cast<double>(grid.size[a] - 1) / 2) * step + (n - 1) / 2;
    const bool label_grows = std::is_same_v<T, std::uint8_t> && step <= 1;
    axes[a] = sample_axis(in.geometry.size[a], at, step,
                          label_grows ? Interpolation::nearest : Interpolation::smooth);
    for (std::size_t r = 0; r < 3; ++r)
      grid.origin[r] += grid.direction[3 * r + a] * in.geometry.spacing[a] * at.front();
  }
  Volume<T> out(grid, 1);
  resample_plane(std::span<const T>(in.voxels), axes[0], axes[1], std::span<T>(out.voxels));
  return out;
}

template <class T>
Image project_scan(const Volume<T>& scan, const ProjectionOptions& o, const std::string& name) {
  require_projectable(name, scan.geometry, o.view);
  if (o.remove_table) {
    ProjectionOptions rest = o;
    rest.remove_table = false;
    Volume<T> body = scan;
    remove_table(body);
    return project_scan(body, rest, name);
  }
  const PixelOf pixel(o);
  Image out;
  if (o.source_distance_mm)
    out = project_perspective(scan, o, pixel);
  else if (o.ray == RayValue::maximum)
    project_parallel(
        scan, o.view, [](auto v) { return Largest<decltype(v)>(); }, pixel, out);
  else
    project_parallel(
        scan, o.view, [&](auto v) { return Sum<decltype(v)>{least_of<decltype(v)>(o.ray)}; }, pixel,
        out);
  return o.pixel_mm ? with_pixels(out, *o.pixel_mm, name) : out;
}

}  // namespace

Image project(const Image& scan, const ProjectionOptions& options, const std::string& name) {
  return project_scan(scan, options, name);
}
Image project(const Volume<std::int16_t>& scan, const ProjectionOptions& options,
              const std::string& name) {
  return project_scan(scan, options, name);
}

LabelMap project(const LabelMap& map, const ProjectionOptions& o, const std::string& name) {
  require_projectable(name, map.geometry, o.view);
  LabelMap out;
  if (o.source_distance_mm && !runs_along_patient(map.geometry))
    out = perspective_labels(axis_ordered(map), o.view, *o.source_distance_mm);
  else if (o.source_distance_mm)
    out = perspective_labels(map, o.view, *o.source_distance_mm);
  else
    project_parallel(
        map, o.view, [](auto v) { return Largest<decltype(v)>(); },
        [](std::uint8_t value, std::int64_t, double) { return value; }, out);
  return o.pixel_mm ? with_pixels(out, *o.pixel_mm, name) : out;
}

}  // namespace myoseg
