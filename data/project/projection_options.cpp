#include "data/project/projection_options.h"

#include <cmath>
#include <cstddef>

namespace myoseg {
namespace {

// Mass attenuation of liquid water, cm^2/g, at 1 g/cm^3 (Hubbell and Seltzer, NISTIR 5632).
struct Energy {
  double kev, attenuation;
};
constexpr Energy kWater[] = {{20, 0.8096}, {30, 0.3756}, {40, 0.2683},  {50, 0.2269},
                             {60, 0.2059}, {80, 0.1837}, {100, 0.1707}, {150, 0.1505}};

}  // namespace

void describe(Fields& f, ProjectionOptions& o) {
  f("view", o.view, "coronal: seen from the front; sagittal: from the left; axial: from the feet.");
  f("ray", o.ray,
    "What a pixel is: mean HU, largest HU, line integral of the attenuation, or the share that "
    "passes.");
  f("energy_kev", o.energy_kev, between(20, 150).in("keV"),
    "Of the rays, for attenuation and transmission.");
  f("source_distance_mm", o.source_distance_mm, kPositive.in("mm"),
    "From a point source to the middle of the scan, where pixels have their size; null: parallel "
    "rays.");
  f("pixel_mm", o.pixel_mm, kPositive.in("mm"), "Side of a square pixel; null: the scan's own.");
  f("remove_table", o.remove_table,
    "What is no part of the body becomes air first; see docs/projection.md.");
}

double water_attenuation(double kev) {
  std::size_t i = 0;
  while (i + 2 < std::size(kWater) && kWater[i + 1].kev < kev) ++i;
  // Straight between the table's points in logarithms.
  const double t = std::log(kev / kWater[i].kev) / std::log(kWater[i + 1].kev / kWater[i].kev);
  return kWater[i].attenuation * std::pow(kWater[i + 1].attenuation / kWater[i].attenuation, t);
}

}  // namespace myoseg
