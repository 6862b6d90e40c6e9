#include "data/project/axis_ordered.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "data/prepare/index_map.h"
#include "data/prepare/orientation.h"
#include "data/project/radiograph_grid.h"

namespace myoseg {
namespace {

using Place = std::array<double, 3>;  // in voxels

struct Cell {
  std::int64_t low, high;
  double weight;  // of `high`
};
Cell cell_of(double at, std::int64_t voxels) {
  const double inside = std::clamp(at, 0.0, static_cast<double>(voxels - 1));
  const auto low = static_cast<std::int64_t>(inside);
  return {low, std::min(low + 1, voxels - 1), inside - static_cast<double>(low)};
}

template <class T>
float between(const Volume<T>& volume, const Place& at) {
  const auto& size = volume.geometry.size;
  const Cell x = cell_of(at[0], size[0]), y = cell_of(at[1], size[1]), z = cell_of(at[2], size[2]);
  const auto along_x = [&](std::int64_t j, std::int64_t k) {
    const double a = volume.at(x.low, j, k), b = volume.at(x.high, j, k);
    return a + x.weight * (b - a);
  };
  const auto along_y = [&](std::int64_t k) {
    const double a = along_x(y.low, k), b = along_x(y.high, k);
    return a + y.weight * (b - a);
  };
  const double a = along_y(z.low), b = along_y(z.high);
  return static_cast<float>(a + z.weight * (b - a));
}

std::uint8_t between(const LabelMap& map, const Place& at) {
  std::array<std::int64_t, 3> nearest{};
  for (std::size_t a = 0; a < 3; ++a)
    nearest[a] = std::clamp(static_cast<std::int64_t>(std::floor(at[a] + 0.5)), std::int64_t{0},
                            map.geometry.size[a] - 1);
  return map.at(nearest[0], nearest[1], nearest[2]);
}

}  // namespace

Geometry axis_ordered_grid(const Geometry& oblique) {
  const Geometry turned = reorient(oblique, "LPS");
  Geometry grid;
  grid.spacing = turned.spacing;
  for (std::size_t r = 0; r < 3; ++r) {
    double middle = turned.origin[r], extent = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      const double length = turned.spacing[a] * static_cast<double>(turned.size[a]);
      middle += turned.direction[3 * r + a] * (length - turned.spacing[a]) / 2;
      extent += std::abs(turned.direction[3 * r + a]) * length;
    }
    // A thousandth of a voxel more is the rounding of cosines.
    const double voxels = std::ceil(extent / grid.spacing[r] - 1e-3);
    grid.size[r] = static_cast<std::int64_t>(std::min(voxels, 1e12));  // a nonsense spacing's
    grid.origin[r] = middle - static_cast<double>(grid.size[r] - 1) / 2 * grid.spacing[r];
  }
  return grid;
}

template <class T>
void sample_planes(const Volume<T>& oblique, const Geometry& grid, std::int64_t first,
                   std::int64_t count, Sampled<T>* out) {
  constexpr auto kOutside = static_cast<Sampled<T>>(std::is_same_v<T, std::uint8_t> ? 0 : kAirHu);
  const IndexMap index = index_map(grid, oblique.geometry);
  const auto& size = oblique.geometry.size;
  const std::int64_t nx = grid.size[0], ny = grid.size[1];
#pragma omp parallel for schedule(static)
  for (std::int64_t row = 0; row < count * ny; ++row) {
    const std::int64_t y = row % ny, z = first + row / ny;
    for (std::int64_t x = 0; x < nx; ++x) {
      const Place at{index.at(0, x, y, z), index.at(1, x, y, z), index.at(2, x, y, z)};
      const bool inside = lies_on_axis(at[0], size[0]) && lies_on_axis(at[1], size[1]) &&
                          lies_on_axis(at[2], size[2]);
      out[row * nx + x] = inside ? between(oblique, at) : kOutside;
    }
  }
}

template void sample_planes(const Image&, const Geometry&, std::int64_t, std::int64_t, float*);
template void sample_planes(const Volume<std::int16_t>&, const Geometry&, std::int64_t,
                            std::int64_t, float*);
template void sample_planes(const LabelMap&, const Geometry&, std::int64_t, std::int64_t,
                            std::uint8_t*);

}  // namespace myoseg
