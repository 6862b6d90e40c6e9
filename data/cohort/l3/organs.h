// What else lies in the abdomen at L3: bowel, kidneys, liver tip, great vessels, mesentery.
#pragma once

#include <vector>

#include "data/cohort/l3/body.h"

namespace myoseg::cohort {

// HU of soft organs by contrast phase.
struct Enhancement {
  double aorta, cava, kidney, liver, bowel_wall, small_vessel;
};
[[nodiscard]] Enhancement enhancement(Contrast contrast);

// A bent tube seen in cross-section: bowel or vessel.
struct Tube {
  enum class Content { fluid, gas, oral_contrast, faeces };
  Point centre;           // at z = 0
  double dx = 0, dy = 0;  // drift of the centre, mm per mm of z
  double radius = 12, flatness = 1, angle = 0;
  double swell_phase = 0;  // the radius varies along the tube
  Lobes lobes;
  Content content = Content::fluid;
  double content_hu = 20, wall_mm = 2.2, gas_level = 0;  // -1: empty of gas .. 1: full
};

struct L3Organs {
  Enhancement hu{};
  std::vector<Tube> bowel;
  std::vector<Tube> vessels;             // mesenteric, in cross-section
  std::vector<Outline> strands;          // mesenteric vessels in plane
  double right_pole = 0, left_pole = 0;  // z of the kidneys' lower ends
  double kidney_radius = 25;
  bool liver = false, duodenum = false;
  double liver_x = 14, liver_y = 36;  // half axes
  double aorta_radius = 9, cava_radius = 10, cava_flat = 0.8;
  std::vector<double> plaques;  // angles of calcified plaques in the aorta
};

[[nodiscard]] L3Organs draw_l3_organs(std::uint64_t seed, const L3Body& body);
void add_l3_organs(const L3Body& body, const L3Organs& organs, double z, Scene& scene);
[[nodiscard]] Point kidney_centre(const L3Body& body, const L3Organs& organs, int side);

}  // namespace myoseg::cohort
