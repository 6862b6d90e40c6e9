// Areas, volumes and densities of each region, from a scan and its label map.
#pragma once

#include <string>
#include <vector>

#include "data/labels.h"
#include "data/volume.h"

namespace myoseg {

struct Quantity {
  std::string region;
  double volume_ml = 0;
  double mean_area_cm2 = 0;  // over the slices that contain the region; 0 when none does
  double max_area_cm2 = 0;
  double mean_hu = 0, sd_hu = 0;  // SD with n-1; NaN for an empty region (SD: for a single voxel)
  int slices = 0;
};

// Areas are those of the map's own slices (its x-y planes). Throws Error(bad_data) when the grids
// differ.
[[nodiscard]] std::vector<Quantity> measure(const Image& scan, const LabelMap& map,
                                            const std::vector<Region>& regions);

}  // namespace myoseg
