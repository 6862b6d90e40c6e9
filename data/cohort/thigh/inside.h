// What lies between and beside the muscles: vessels, nerves, nodes, and what the pelvis holds.
#pragma once

#include <array>
#include <vector>

#include "data/cohort/thigh/body.h"

namespace myoseg::cohort {

// A roundish body, seen at its height.
struct ThighBlob {
  Point centre;
  double z = 0, half_height = 20;  // mm
  double rx = 10, ry = 10;
  double hu = 40;
  double gas = 0;  // share of its width that gas fills
  Lobes lobes;
};

struct ThighInside {
  double calibre = 1;                           // of vessels
  double calcium = 0;                           // share of the arteries' length with plaques
  std::vector<ThighBlob> organs;                // bladder, bowel, womb or prostate
  std::array<std::vector<ThighBlob>, 2> nodes;  // in the groins, template of the left side
};

[[nodiscard]] ThighInside draw_thigh_inside(std::uint64_t seed, const ThighBody& body);
// Painted before the muscles: organs.
void add_thigh_organs(const ThighBody& body, const ThighInside& inside, double z, Scene& scene);
// Painted under the skin, before the fascia: veins and nodes.
void add_thigh_nodes(const ThighBody& body, const ThighInside& inside, double z, Scene& scene);
// Painted after the muscles: vessels and the sciatic nerve.
void add_thigh_vessels(const ThighBody& body, const ThighInside& inside, double z, Scene& scene);

}  // namespace myoseg::cohort
