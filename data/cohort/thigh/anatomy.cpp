#include "data/cohort/thigh/anatomy.h"

#include <algorithm>
#include <cmath>

#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

constexpr double kTop = 113, kBottom = -424;  // template heights that a scan covers

bool curved_table(const Subject& subject) { return subject.site == Site::a; }

std::vector<Outline> all_skins(const ThighBody& body) {
  std::vector<Outline> skins;
  for (double z = kBottom; z <= kTop; z += 25)
    for (Outline& skin : body.envelope(z, 1)) skins.push_back(std::move(skin));
  return skins;
}

Shape with_stencil(Shape shape) {
  shape.stencil = true;
  return shape;
}

}  // namespace

Lying lie_down(std::uint64_t seed, const Subject& subject, const std::vector<Outline>& skins) {
  Lying lying;
  double side = 0, front = 0, back = 0;
  for (const Outline& skin : skins)
    for (const Point& p : skin) {
      side = std::max(side, std::abs(p.x));
      front = std::min(front, p.y);
      back = std::max(back, p.y);
      lying.table_mm =
          std::max(lying.table_mm, p.y + (curved_table(subject) ? p.x * p.x / kTableRound : 0));
    }
  lying.width_mm = 2 * side + 12;
  Random random(seed, "cohort posture", {subject.number});
  Posture& posture = lying.posture;
  posture.offset_x_mm = random.normal(0, 5);
  posture.offset_y_mm = -(front + back) / 2 + random.normal(0, 5);
  posture.roll_rad = random.normal(0, 0.025);
  posture.tilt_x = random.normal(0, 0.012);
  posture.tilt_y = random.normal(0, 0.012);
  lying.top_mm = random.uniform(-4, 8);
  lying.bottom_mm = random.uniform(-8, 8);
  return lying;
}

Warp draw_leg_warp(std::uint64_t seed, const Subject& subject, const Posture& posture) {
  Random random(seed, "cohort warp", {subject.number});
  return {random, posture, 12, 2.2, 70};
}

void add_table(const Subject& subject, const Lying& lying, Scene& scene) {
  add_table(scene, lying.table_mm + lying.posture.offset_y_mm, curved_table(subject));
}

void add_skin(const std::vector<Outline>& skins, Scene& scene) {
  // All skins, then all that is within: where parts meet they are one.
  for (const Outline& skin : skins) scene.push_back(painted(skin, {.hu = 12, .variation_hu = 8}));
  for (const Outline& skin : skins)
    scene.push_back(
        painted(grown(skin, -2), {.hu = -107, .variation_hu = 4, .veins = 0.22, .veins_hu = 0}));
}

void add_fascia(const std::vector<Outline>& fascias, Scene& scene) {
  for (const Outline& fascia : fascias)
    scene.push_back(painted(fascia, {.hu = 5, .variation_hu = 8}));
  for (const Outline& fascia : fascias)
    scene.push_back(with_stencil(painted(
        grown(fascia, -0.9), {.hu = -102, .variation_hu = 6, .veins = 0.15, .veins_hu = 10})));
}

void add_thigh(const ThighBody& body, const ThighInside& inside, double z, Scene& scene) {
  add_skin(body.envelope(z, 1), scene);
  add_thigh_nodes(body, inside, z, scene);
  add_fascia(body.envelope(z, 0), scene);
  add_thigh_organs(body, inside, z, scene);
  add_thigh_muscles(body, z, scene);
  add_thigh_vessels(body, inside, z, scene);
  add_thigh_bones(body, z, scene);
}

ThighAnatomy::ThighAnatomy(std::uint64_t seed, const Subject& subject)
    : body_(draw_thigh_body(seed, subject)),
      inside_(draw_thigh_inside(seed, body_)),
      lying_(lie_down(seed, subject, all_skins(body_))),
      warp_(draw_leg_warp(seed, subject, lying_.posture)) {
  const double top = body_.skeleton * (kTop + lying_.top_mm),
               bottom = body_.skeleton * (kBottom + lying_.bottom_mm);
  level_ = (top + bottom) / 2;
  length_ = top - bottom;
}

Scene ThighAnatomy::scene(double height) const {
  Scene scene;
  add_table(body_.subject, lying_, scene);
  add_thigh(body_, inside_, height / body_.skeleton, scene);
  return scene;
}

}  // namespace myoseg::cohort
