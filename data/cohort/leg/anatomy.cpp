#include "data/cohort/leg/anatomy.h"

namespace myoseg::cohort {
namespace {

constexpr double kTop = 45, kBottom = -826;  // template heights that a scan covers

// In depth: the template is that of a leg whose depth is 1.
void deepen(Outline& outline, double depth) {
  for (Point& p : outline) p.y *= depth;
}

std::vector<Outline> all_skins(const LegBody& body) {
  std::vector<Outline> skins;
  for (double z = kBottom; z <= kTop; z += 25)
    for (Outline& skin : z > kKneeJoint ? body.upper.envelope(z, 1) : shank_envelope(body, z, 1))
      skins.push_back(std::move(skin));
  for (Outline& skin : skins) deepen(skin, body.depth);
  return skins;
}

// The thigh's labels in one; what belongs to the trunk, and bones, are background.
int one_label(int label) {
  if (label <= 0) return label;
  return label < abdominal_oblique ? kLegMuscle : 0;
}

void add_shank(const LegBody& body, const ThighInside& inside, double z, Scene& scene) {
  add_skin(shank_envelope(body, z, 1), scene);
  add_fascia(shank_envelope(body, z, 0), scene);
  add_thigh_muscles(body.upper, z, scene);  // those that end below the knee
  add_shank_muscles(body, z, kLegMuscle, scene);
  if (z > kKneeJoint) {
    add_thigh_vessels(body.upper, inside, z, scene);
    add_thigh_bones(body.upper, z, scene);
  }
  add_shank_bones(body, z, scene);
}

}  // namespace

LegAnatomy::LegAnatomy(std::uint64_t seed, const Subject& subject)
    : body_(draw_leg_body(seed, subject)),
      inside_(draw_thigh_inside(seed, body_.upper)),
      lying_(lie_down(seed, subject, all_skins(body_))),
      warp_(draw_leg_warp(seed, subject, lying_.posture)) {
  const double top = body_.upper.skeleton * (kTop + lying_.top_mm),
               bottom = body_.upper.skeleton * (kBottom + lying_.bottom_mm);
  level_ = (top + bottom) / 2;
  length_ = top - bottom;
}

Scene LegAnatomy::scene(double height) const {
  constexpr double kCalfBegins = -400;
  const double z = height / body_.upper.skeleton;
  Scene scene;
  if (z > kCalfBegins)
    add_thigh(body_.upper, inside_, z, scene);
  else
    add_shank(body_, inside_, z, scene);
  for (Shape& shape : scene) {
    shape.label = one_label(shape.label);
    deepen(shape.outline, body_.depth);
  }
  Scene all;
  add_table(body_.upper.subject, lying_, all);
  for (Shape& shape : scene) all.push_back(std::move(shape));
  return all;
}

}  // namespace myoseg::cohort
