// What of a CT a digitally reconstructed radiograph (DRR) shows, and from where:
// docs/projection.md.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "core/fields/fields.h"

namespace myoseg {

// What the rays run along: from front to back, from left to right, from feet to head.
enum class RadiographView { coronal, sagittal, axial };
constexpr auto choice_names(RadiographView) {
  return std::to_array<std::string_view>({"coronal", "sagittal", "axial"});
}

// What a pixel is of the voxels on its ray: their mean or largest HU, the line integral of their
// attenuation, or the share of the light that this lets through.
enum class RayValue { average, maximum, attenuation, transmission };
constexpr auto choice_names(RayValue) {
  return std::to_array<std::string_view>({"average", "maximum", "attenuation", "transmission"});
}

struct ProjectionOptions {
  RadiographView view = RadiographView::coronal;
  RayValue ray = RayValue::average;
  double energy_kev = 60;                    // of attenuation and transmission
  std::optional<double> source_distance_mm;  // none: parallel rays
  std::optional<double> pixel_mm;            // none: the scan's own
  bool remove_table = false;
};
void describe(Fields& f, ProjectionOptions& o);

// Linear attenuation of water at that energy, 1/cm.
[[nodiscard]] double water_attenuation(double kev);

}  // namespace myoseg
