// The signed distance of every voxel from the surface of a class.
#pragma once

#include <array>
#include <cstdint>

namespace myoseg {

// A grid of labels, x fastest; `spacing` in the order of `size`.
struct LabelGrid {
  const std::int64_t* labels;
  std::array<std::int64_t, 3> size;  // z, y, x
  std::array<double, 3> spacing;
};

// Outside a label the distance to its nearest voxel, inside one minus that to the nearest voxel
// that is not the label's, as Kervadec et al. have it: 0 on the inner side of the surface. Exact;
// all 0 where there is no surface, because the label is nowhere or everywhere.
void signed_distance(const LabelGrid& grid, std::int64_t label, float* distance);
void signed_distance(const LabelGrid& grid, std::int64_t label, double* distance);

}  // namespace myoseg
