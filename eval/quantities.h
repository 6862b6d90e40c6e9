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
  double mean_area_cm2 = 0;  // over the slices that contain the region
  double max_area_cm2 = 0;
  double mean_hu = 0, sd_hu = 0;  // NaN for an empty region
  int slices = 0;
};
[[nodiscard]] std::vector<Quantity> measure(const Image& scan, const LabelMap& map, const std::vector<Region>& regions);

}  // namespace myoseg
