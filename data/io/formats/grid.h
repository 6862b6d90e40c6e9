// Whether a grid that was read is one that the rest of the program can use. Inside data/ only.
#pragma once

#include <string>

#include "data/volume.h"

namespace myoseg {

// Empty, or what is wrong: no voxels, a spacing that is no positive number, axes that are not at
// right angles (1e-3).
[[nodiscard]] std::string grid_fault(const Geometry& geometry);

// The geometry with axes made exactly orthonormal (files round them); Error(bad_data) on a fault.
[[nodiscard]] Geometry checked_grid(const std::string& file, Geometry geometry);

}  // namespace myoseg
