#include "data/prepare/onto_grid.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace myoseg {
namespace {

// A voxel of one grid in voxels of another: start + step * (i, j, k).
struct IndexMap {
  std::array<double, 3> start{};
  std::array<std::array<double, 3>, 3> step{};  // [axis of the target][axis of the source]
};

IndexMap index_map(const Geometry& from, const Geometry& to) {
  IndexMap map;
  for (std::size_t a = 0; a < 3; ++a) {
    // Directions are orthonormal: their transpose is their inverse.
    const auto along = [&](std::size_t r) { return to.direction[3 * r + a] / to.spacing[a]; };
    for (std::size_t r = 0; r < 3; ++r) {
      map.start[a] += along(r) * (from.origin[r] - to.origin[r]);
      for (std::size_t b = 0; b < 3; ++b)
        map.step[a][b] += along(r) * from.direction[3 * r + b] * from.spacing[b];
    }
  }
  return map;
}

}  // namespace

LabelMap onto_grid(const LabelMap& map, const Geometry& grid) {
  // A centre on the outer edge of a voxel, up to the rounding of geometries in files, lies inside.
  constexpr double kEdge = 1e-6;
  const IndexMap index = index_map(grid, map.geometry);
  LabelMap result(grid, 1);
  for (std::int64_t z = 0; z < grid.size[2]; ++z)
    for (std::int64_t y = 0; y < grid.size[1]; ++y)
      for (std::int64_t x = 0; x < grid.size[0]; ++x) {
        std::array<std::int64_t, 3> place{};
        bool inside = true;
        for (std::size_t a = 0; a < 3 && inside; ++a) {
          const double at = index.start[a] + index.step[a][0] * static_cast<double>(x) +
                            index.step[a][1] * static_cast<double>(y) +
                            index.step[a][2] * static_cast<double>(z);
          const auto last = map.geometry.size[a] - 1;
          inside = at >= -0.5 - kEdge && at <= static_cast<double>(last) + 0.5 + kEdge;
          place[a] =
              std::clamp(static_cast<std::int64_t>(std::floor(at + 0.5)), std::int64_t{0}, last);
        }
        if (inside) result.at(x, y, z) = map.at(place[0], place[1], place[2]);
      }
  return result;
}

}  // namespace myoseg
