// Structures swept along the body: a cross-section whose place, shape and size follow the height.
#pragma once

#include <optional>
#include <vector>

#include "data/cohort/outline.h"

namespace myoseg::cohort {

// A (super-)ellipse, bent along its second axis.
struct Section {
  double x = 0, y = 0;    // centre, mm
  double rx = 1, ry = 1;  // half axes, mm
  double angle = 0;       // radians; turns the x axis towards y
  double bend = 0;        // mm; how far the ends of the ry axis lie towards the end of the rx axis
};

struct Station {
  double z = 0;  // mm, upwards
  Section at;
};

using Sweep = std::vector<Station>;  // by falling z

// The section at `z`, by monotone cubic interpolation: smooth, and never beyond the two stations
// around it. Nothing above the first and below the last station.
[[nodiscard]] std::optional<Section> section_at(const Sweep& sweep, double z);

// |u/rx|^exponent + |v/ry|^exponent = 1, bent, its radius modulated by the lobes.
[[nodiscard]] Outline section_outline(const Section& section, double exponent, const Lobes& lobes,
                                      int points);

}  // namespace myoseg::cohort
