// Mirrors and quarter turns of a patch: every voxel keeps its value and moves.
#pragma once

#include <array>
#include <vector>

#include "data/augment/patch.h"

namespace myoseg {

// Left to right, front to back, bottom to top.
void mirror_x(const PatchView& patch);
void mirror_y(const PatchView& patch);
void mirror_z(const PatchView& patch);

// Exchanges the label values of each pair.
void exchange_labels(const PatchView& patch, const std::vector<std::array<int, 2>>& pairs);

// Turns every plane by 1 to 3 quarters, the way that an angle about z does (Motion).
// Error(bad_usage) when the planes are not square in voxels and in mm.
void turn_by_quarters(const PatchView& patch, int quarters);

}  // namespace myoseg
