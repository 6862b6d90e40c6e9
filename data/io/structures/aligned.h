// Voxels of one grid that are voxels of another: grids that differ by whole voxels, a smaller
// extent and the order of their axes alone. Inside data/ only.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "data/volume.h"

namespace myoseg {

// Voxel p of the one grid is voxel `start + sum of p[a] * step[a]` of the other.
struct Alignment {
  std::array<std::int64_t, 3> start{0, 0, 0};
  std::array<std::array<std::int64_t, 3>, 3> step{};  // of each axis, a unit vector or its reverse

  [[nodiscard]] std::array<std::int64_t, 3> operator()(std::int64_t x, std::int64_t y,
                                                       std::int64_t z) const;
};

// Nothing, with the reason in `why`, when the grids are not aligned. Tolerances: those of
// difference() in data/volume.h; a grid of one slice may have any thickness.
[[nodiscard]] std::optional<Alignment> align(const Geometry& from, const Geometry& onto,
                                             std::string& why);

[[nodiscard]] bool inside(const Geometry& grid, const std::array<std::int64_t, 3>& voxel);
// The place of a point (LPS, mm) in voxels of the grid.
[[nodiscard]] std::array<double, 3> place_in(const Geometry& grid,
                                             const std::array<double, 3>& point);

}  // namespace myoseg
