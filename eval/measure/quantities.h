// Areas, volumes and densities of each region, from a scan and its label map.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "data/labels.h"
#include "data/stored_image.h"

namespace myoseg {

// A tissue by its density. HU are whole numbers: a resampled value is rounded before it is
// compared, so that neighbouring ranges leave no gap.
struct HuRange {
  std::string name;
  double low = 0, high = 0;  // HU, both included
};
void describe(Fields& f, HuRange& o);

struct QuantityOptions {
  // Muscle of normal attenuation, muscle of low attenuation, fat between the fibres (Aubrey et al.,
  // Acta Physiol 210, 2014).
  std::vector<HuRange> ranges{
      {"lean_muscle", 30, 150}, {"low_attenuation", -29, 29}, {"fat", -190, -30}};
};
void describe(Fields& f, QuantityOptions& o);

// What is known of the patient, for the skeletal muscle index.
struct Body {
  std::optional<double> height_m;
  // Of the map; kEverySlice: the scan shows the L3 level alone, its area is the mean of the slices
  // that hold the region. Without it there is no index: other levels have other areas.
  std::optional<std::int64_t> l3_slice;
  static constexpr std::int64_t kEverySlice = -1;
};

// The part of a region whose HU lie in one range.
struct TissuePart {
  std::string name;
  double volume_ml = 0;
  double fraction = 0;  // of the region; NaN for an empty one
  double mean_hu = 0;   // NaN when there is none
};

struct Quantity {
  std::string region;
  double volume_ml = 0;
  double mean_area_cm2 = 0;  // over the slices that contain the region; 0 when none does
  double max_area_cm2 = 0;
  double mean_hu = 0, sd_hu = 0;  // SD with n-1; NaN for an empty region (SD: for a single voxel)
  int slices = 0;
  std::vector<double> slice_area_cm2;  // of every slice of the map
  std::vector<TissuePart> parts;       // in the order of QuantityOptions::ranges
  // Area at L3 / height^2 (Prado et al., Lancet Oncol 9, 2008); NaN without one of the two.
  double smi_cm2_m2 = 0;
  bool truncated = false;    // touches the border of the field of view, in the plane of the slices
  bool cut_at_ends = false;  // lies in the first or the last slice of a volume: goes on beyond it
};

// Areas are those of the map's own slices (its x-y planes). Areas, volumes and the index are NaN
// where the scan has no pixel size; where only the map has none, the scan's counts. Throws
// Error(bad_data) when the grids differ or `body.l3_slice` is no slice of the map.
[[nodiscard]] std::vector<Quantity> measure(const StoredImage& scan, const LabelMap& map,
                                            const std::vector<Region>& regions,
                                            const QuantityOptions& options = {},
                                            const Body& body = {});

}  // namespace myoseg
