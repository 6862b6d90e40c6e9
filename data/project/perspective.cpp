#include "data/project/perspective.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/error.h"
#include "data/prepare/index_map.h"
#include "data/prepare/orientation.h"
#include "data/project/radiograph_grid.h"

namespace myoseg {
namespace {

// Millimetres about the middle of an axis of a turned grid.
double from_middle(const Geometry& grid, std::size_t axis, double voxel) {
  return (voxel - static_cast<double>(grid.size[axis] - 1) / 2) * grid.spacing[axis];
}

void require_source_outside(const Geometry& turned, double source_distance_mm) {
  const double depth = static_cast<double>(turned.size[2]) * turned.spacing[2];
  if (source_distance_mm < depth)
    throw usage_error(
        "source_distance_mm={:g}: the source lies too near: the scan is {:g} mm deep along the "
        "rays, and the source must be at least as far from its middle",
        source_distance_mm, depth);
}

// On which the scan's near side, the most magnified, still lies.
Geometry enlarged_grid(const Geometry& scan, const Geometry& turned, RadiographView view,
                       double source_distance_mm) {
  Geometry grid = radiograph_grid(scan, view);
  const double half_depth = static_cast<double>(turned.size[2]) * turned.spacing[2] / 2;
  const double largest = source_distance_mm / (source_distance_mm - half_depth);
  for (std::size_t a = 0; a < 2; ++a) {
    const double n = static_cast<double>(grid.size[a]);
    const auto more = static_cast<std::int64_t>(std::ceil(n * (largest - 1) / 2));
    grid.size[a] += 2 * more;
    for (std::size_t r = 0; r < 3; ++r)
      grid.origin[r] -= grid.direction[3 * r + a] * grid.spacing[a] * static_cast<double>(more);
  }
  return grid;
}

// A scan seen along the rays: where the ray of a pixel meets its planes.
struct Beam {
  Turned turned;
  Geometry grid;  // of the radiograph
  double distance_mm = 0;

  template <class T>
  Beam(const Volume<T>& scan, RadiographView view, double source_distance_mm)
      : turned(myoseg::turned(scan.geometry, axes_of(view))), distance_mm(source_distance_mm) {
    require_source_outside(turned.geometry, distance_mm);
    grid = enlarged_grid(scan.geometry, turned.geometry, view, distance_mm);
  }
  // How far a plane is from the source, in distances of the middle.
  [[nodiscard]] double nearness(std::int64_t plane) const {
    return 1 + from_middle(turned.geometry, 2, static_cast<double>(plane)) / distance_mm;
  }
  // A pixel's row or column on a plane, in voxels.
  [[nodiscard]] double voxel(std::size_t axis, std::int64_t pixel, double nearness) const {
    const double mm = from_middle(grid, axis, static_cast<double>(pixel)) * nearness;
    return mm / turned.geometry.spacing[axis] +
           static_cast<double>(turned.geometry.size[axis] - 1) / 2;
  }
  [[nodiscard]] double step_mm(std::int64_t i, std::int64_t j) const {
    const double across = std::hypot(from_middle(grid, 0, static_cast<double>(i)),
                                     from_middle(grid, 1, static_cast<double>(j)));
    return turned.geometry.spacing[2] * std::hypot(1, across / distance_mm);
  }
};

struct Cell {
  std::int64_t low, high;  // in the stored volume, from its first voxel
  double weight;           // of `high`
};
Cell cell_of(double at, std::int64_t voxels, std::int64_t step) {
  const double inside = std::clamp(at, 0.0, static_cast<double>(voxels - 1));
  const auto low = static_cast<std::int64_t>(inside);
  return {low * step, std::min(low + 1, voxels - 1) * step, inside - static_cast<double>(low)};
}

// Gathers one plane's samples of a row of pixels.
template <class T>
void gather(const Volume<T>& scan, const Beam& beam, std::int64_t j, std::int64_t plane,
            bool largest, double least, double* row) {
  const Geometry& turned = beam.turned.geometry;
  const double nearness = beam.nearness(plane);
  const double down = beam.voxel(1, j, nearness);
  const bool row_inside = lies_on_axis(down, turned.size[1]);
  const Cell y = cell_of(down, turned.size[1], beam.turned.step[1]);
  const T* const first = scan.voxels.data() + beam.turned.start + plane * beam.turned.step[2];
  for (std::int64_t i = 0; i < beam.grid.size[0]; ++i) {
    const double right = beam.voxel(0, i, nearness);
    double value = kAirHu;
    if (row_inside && lies_on_axis(right, turned.size[0])) {
      const Cell x = cell_of(right, turned.size[0], beam.turned.step[0]);
      const auto along = [&](std::int64_t line) {
        const double a = first[line + x.low], b = first[line + x.high];
        return a + x.weight * (b - a);
      };
      const double a = along(y.low), b = along(y.high);
      value = std::max(least, a + y.weight * (b - a));
    }
    row[i] = largest ? std::max(row[i], value) : row[i] + value;
  }
}

}  // namespace

template <class T>
PerspectiveRays perspective_rays(const Volume<T>& scan, RadiographView view,
                                 double source_distance_mm, bool largest, double least) {
  const Beam beam(scan, view, source_distance_mm);
  PerspectiveRays rays{beam.grid, {}, {}, beam.turned.geometry.size[2]};
  const std::int64_t width = rays.grid.size[0], height = rays.grid.size[1];
  rays.values.assign(static_cast<std::size_t>(width * height),
                     largest ? std::numeric_limits<double>::lowest() : 0);
  rays.step_mm.resize(rays.values.size());
#pragma omp parallel for schedule(static)
  for (std::int64_t j = 0; j < height; ++j) {
    for (std::int64_t plane = 0; plane < rays.samples; ++plane)
      gather(scan, beam, j, plane, largest, least,
             &rays.values[static_cast<std::size_t>(j * width)]);
    for (std::int64_t i = 0; i < width; ++i)
      rays.step_mm[static_cast<std::size_t>(j * width + i)] = beam.step_mm(i, j);
  }
  return rays;
}

LabelMap perspective_labels(const LabelMap& map, RadiographView view, double source_distance_mm) {
  const Beam beam(map, view, source_distance_mm);
  const Turned& turned = beam.turned;
  const auto& size = turned.geometry.size;
  LabelMap out(beam.grid, 1);
#pragma omp parallel for schedule(static)
  for (std::int64_t j = 0; j < beam.grid.size[1]; ++j)
    for (std::int64_t plane = 0; plane < size[2]; ++plane) {
      const double nearness = beam.nearness(plane), down = beam.voxel(1, j, nearness);
      if (!lies_on_axis(down, size[1])) continue;
      const auto nearest = [&](double at, std::size_t axis) {
        return std::clamp(static_cast<std::int64_t>(std::floor(at + 0.5)), std::int64_t{0},
                          size[axis] - 1) *
               turned.step[axis];
      };
      const std::int64_t line = turned.start + plane * turned.step[2] + nearest(down, 1);
      for (std::int64_t i = 0; i < beam.grid.size[0]; ++i) {
        const double right = beam.voxel(0, i, nearness);
        if (!lies_on_axis(right, size[0])) continue;
        std::uint8_t& pixel = out.at(i, j, 0);
        pixel = std::max(pixel, map.voxels[static_cast<std::size_t>(line + nearest(right, 0))]);
      }
    }
  return out;
}

template PerspectiveRays perspective_rays(const Image&, RadiographView, double, bool, double);
template PerspectiveRays perspective_rays(const Volume<std::int16_t>&, RadiographView, double, bool,
                                          double);

}  // namespace myoseg
