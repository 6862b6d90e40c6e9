// Area of the surface that passes between the 2x2x2 voxels around a corner, and its 2D counterpart.
#pragma once

#include <array>

namespace myoseg {

// By corner_code() of a volume: mm^2 of the marching-cubes surface inside the cube whose corners
// are the eight voxel centres, with its vertices at the middles of the cube's edges. Set corners
// that touch only across a face's diagonal are kept apart; a code and its complement have the same
// surface; a loop that does not lie in a plane is triangulated so that its area on the unit cube is
// largest. These rules give the areas of DeepMind's surface-distance (Nikolov et al., J Med
// Internet Res 23, 2021).
[[nodiscard]] std::array<double, 256> surface_areas(const std::array<double, 3>& spacing);

// By corner_code() of a picture (x, y): mm of the contour, likewise.
[[nodiscard]] std::array<double, 16> contour_lengths(const std::array<double, 3>& spacing);

}  // namespace myoseg
