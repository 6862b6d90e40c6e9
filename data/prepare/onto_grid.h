// A label map brought onto another grid in the same patient space.
#pragma once

#include "data/volume.h"

namespace myoseg {

// Every voxel of `grid` takes the label of the nearest voxel of `map`, whatever the two grids'
// spacing, origin and direction; 0 where its centre lies outside the map. The result has the
// grid's geometry.
[[nodiscard]] LabelMap onto_grid(const LabelMap& map, const Geometry& grid);

}  // namespace myoseg
