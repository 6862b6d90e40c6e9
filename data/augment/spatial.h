// Turning, scaling, shifting and bending a patch in one resampling.
#pragma once

#include <array>

#include "data/augment/displacement.h"
#include "data/augment/interpolate.h"
#include "data/augment/patch.h"

namespace myoseg {

// Output voxel v = (x, y, z) is taken from input voxel linear * v + offset.
struct VoxelMap {
  std::array<std::array<double, 3>, 3> linear{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  std::array<double, 3> offset{};
};

struct Motion {
  std::array<double, 3> angle{};  // radians about x, y, z, in this order; right in mm
  double scale = 1;               // magnification
  std::array<double, 3> shift{};  // of the size along x, y, z
};
// What is seen is the patch magnified, turned about its middle and shifted.
[[nodiscard]] VoxelMap map_of(const Motion& motion, const PatchView& patch);

// Where the voxels of an output row come from.
void source_row(const VoxelMap& map, int y, int z, const Points& points);

// Resamples the patch: its image linearly, its label to the nearest voxel. What lies outside is
// each channel's minimum and background. `displacement`, in output voxels, may be null.
void warp(const PatchView& patch, const VoxelMap& map, const Displacement* displacement);

}  // namespace myoseg
