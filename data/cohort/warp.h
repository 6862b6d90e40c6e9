// A smooth random deformation of space: what makes two subjects of the same anatomy look different.
#pragma once

#include <vector>

#include "data/cohort/outline.h"

namespace myoseg::cohort {

// How far a subject departs from the upright, centred, symmetric template.
struct Posture {
  double offset_x_mm = 0, offset_y_mm = 0;  // of the whole body in the scanner
  double roll_rad = 0;                      // of the whole body about its axis
  double twist_rad = 0;                     // of the spine against the rest, fading outwards
  double tilt_x = 0, tilt_y = 0;  // the axis leans: mm sideways for each mm along the body
};

class Warp {
 public:
  // `waves` plane waves of random direction with wavelengths of 90 to 260 mm, together `sd_mm` in
  // each direction. `reach_mm` is how far the twist reaches from the axis.
  Warp(Random& random, const Posture& posture, int waves, double sd_mm, double reach_mm);

  // Template to patient, both in mm; `z` runs along the body.
  [[nodiscard]] Point operator()(Point p, double z) const;

 private:
  struct Wave {
    double kx, ky, kz, phase, ax, ay;
  };
  Posture posture_;
  double reach_;
  std::vector<Wave> waves_;
};

}  // namespace myoseg::cohort
