// Rays from a point source through a scan. Inside data/ only.
#pragma once

#include <cstdint>
#include <vector>

#include "data/project/projection_options.h"
#include "data/volume.h"

namespace myoseg {

// What is gathered on the ray of each pixel, rows to the right first.
struct PerspectiveRays {
  Geometry grid;
  std::vector<double> values;   // sum or largest, of one sample a plane
  std::vector<double> step_mm;  // between the samples
  std::int64_t samples = 0;     // on each ray
};

// The plane through the middle of the scan keeps its size; the grid is that of parallel rays,
// enlarged about its middle until all of the scan is on it. In each plane across the rays the value
// is interpolated linearly (Joseph, IEEE Trans Med Imaging 1982) and counts as `least` where it is
// less; beyond the scan it is air. For a scan whose axes run along the patient's.
// Error(bad_usage) when the source is nearer to its middle than it is deep. In parallel.
template <class T>
[[nodiscard]] PerspectiveRays perspective_rays(const Volume<T>& scan, RadiographView view,
                                               double source_distance_mm, bool largest,
                                               double least);

// The largest label on each ray, of the nearest voxel in each plane.
[[nodiscard]] LabelMap perspective_labels(const LabelMap& map, RadiographView view,
                                          double source_distance_mm);

}  // namespace myoseg
