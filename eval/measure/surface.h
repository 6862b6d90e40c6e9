// Distances between the surfaces of two masks, and what is made of them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "eval/measure/surface_mask.h"

namespace myoseg {

// Surface elements of one size at one distance from the other mask's surface.
struct DistanceBin {
  double mm = 0;    // infinite when the other mask is empty
  double size = 1;  // of each: mm^2 (mm in a picture) of a surface element; 1 for a border voxel
  std::int64_t count = 0;
};
// By distance, then size.
using Distances = std::vector<DistanceBin>;

// Both directions: from each element of one surface to the nearest of the other.
struct SurfaceDistances {
  Distances to_truth;       // of the prediction's surface
  Distances to_prediction;  // of the truth's surface
};

// Between border voxels, as MedPy and MONAI have it. Both masks lie on one grid that holds all of
// them; `spacing` (x,y,z) in mm; `planar`: the masks are pictures.
[[nodiscard]] SurfaceDistances voxel_distances(const BitMask& prediction, const BitMask& truth,
                                               const std::array<double, 3>& spacing, bool planar);
// Between surface elements at the corners of voxels with their areas, as DeepMind's
// surface-distance has it.
[[nodiscard]] SurfaceDistances element_distances(const BitMask& prediction, const BitMask& truth,
                                                 const std::array<double, 3>& spacing, bool planar);

// The functions below give NaN for no distances at all.

// All distances of both directions.
[[nodiscard]] Distances pooled(const SurfaceDistances& distances);
[[nodiscard]] double total_size(const Distances& distances);
// Weighted by size.
[[nodiscard]] double mean_distance(const Distances& distances);
// Share of the size that lies within `mm`, this distance included.
[[nodiscard]] double share_within(const Distances& distances, double mm);
// Percentile (0..100) of the distances, every element counted once, interpolated between neighbours
// (Hyndman & Fan's type 7, NumPy's default).
[[nodiscard]] double distance_percentile(const Distances& distances, double percent);
// The distance below or at which `percent` of the size lies: one that occurs, not interpolated.
[[nodiscard]] double sized_percentile(const Distances& distances, double percent);

}  // namespace myoseg
