// Where the voxels of one grid lie on another one in the same patient space.
#pragma once

#include <array>
#include <cstdint>

#include "data/volume.h"

namespace myoseg {

// A voxel of one grid in voxels of another: start + step * (i, j, k).
struct IndexMap {
  std::array<double, 3> start{};
  std::array<std::array<double, 3>, 3> step{};  // [axis of the target][axis of the source]

  // Along that axis of the target.
  [[nodiscard]] double at(std::size_t axis, std::int64_t i, std::int64_t j, std::int64_t k) const {
    return start[axis] + step[axis][0] * static_cast<double>(i) +
           step[axis][1] * static_cast<double>(j) + step[axis][2] * static_cast<double>(k);
  }
};
[[nodiscard]] IndexMap index_map(const Geometry& from, const Geometry& to);

// Whether a place in voxels lies on an axis of so many, which begins half a voxel before its first
// centre; on its outer edge, up to the rounding of geometries in files, it does.
[[nodiscard]] inline bool lies_on_axis(double at, std::int64_t voxels) {
  constexpr double kEdge = 1e-6;
  return at >= -0.5 - kEdge && at <= static_cast<double>(voxels) - 0.5 + kEdge;
}

}  // namespace myoseg
