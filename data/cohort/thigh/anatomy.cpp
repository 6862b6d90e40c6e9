#include "data/cohort/thigh/anatomy.h"

#include <algorithm>
#include <cmath>

#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

constexpr double kTop = 113, kBottom = -424;  // template heights that a scan covers

bool curved_table(const Subject& subject) { return subject.site == Site::a; }

Warp draw_warp(std::uint64_t seed, std::uint64_t number, const Posture& posture) {
  Random random(seed, "cohort warp", {number});
  return {random, posture, 12, 2.2, 70};
}

Shape with_stencil(Shape shape) {
  shape.stencil = true;
  return shape;
}

}  // namespace

ThighAnatomy::ThighAnatomy(std::uint64_t seed, const Subject& subject)
    : body_(draw_thigh_body(seed, subject)),
      inside_(draw_thigh_inside(seed, body_)),
      warp_(draw_warp(seed, subject.number, posture_)) {
  double side = 0, front = 0, back = 0;
  for (double z = kBottom; z <= kTop; z += 25)
    for (const Outline& skin : body_.envelope(z, 1))
      for (const Point& p : skin) {
        side = std::max(side, std::abs(p.x));
        front = std::min(front, p.y);
        back = std::max(back, p.y);
        table_ = std::max(table_, p.y + (curved_table(subject) ? p.x * p.x / kTableRound : 0));
      }
  width_ = 2 * side + 12;
  Random random(seed, "cohort posture", {subject.number});
  posture_.offset_x_mm = random.normal(0, 5);
  posture_.offset_y_mm = -(front + back) / 2 + random.normal(0, 5);
  posture_.roll_rad = random.normal(0, 0.025);
  posture_.tilt_x = random.normal(0, 0.012);
  posture_.tilt_y = random.normal(0, 0.012);
  warp_ = draw_warp(seed, subject.number, posture_);
  const double top = body_.skeleton * (kTop + random.uniform(-4, 8)),
               bottom = body_.skeleton * (kBottom + random.uniform(-8, 8));
  level_ = (top + bottom) / 2;
  length_ = top - bottom;
}

Scene ThighAnatomy::scene(double height) const {
  Scene scene;
  const double z = height / body_.skeleton;
  add_table(scene, table_ + posture_.offset_y_mm, curved_table(body_.subject));
  // All skins, then all that is within: where parts meet they are one.
  const std::vector<Outline> skins = body_.envelope(z, 1), fascias = body_.envelope(z, 0);
  for (const Outline& skin : skins) scene.push_back(painted(skin, {.hu = 12, .variation_hu = 8}));
  for (const Outline& skin : skins)
    scene.push_back(
        painted(grown(skin, -2), {.hu = -107, .variation_hu = 4, .veins = 0.22, .veins_hu = 0}));
  add_thigh_nodes(body_, inside_, z, scene);
  for (const Outline& fascia : fascias)
    scene.push_back(painted(fascia, {.hu = 5, .variation_hu = 8}));
  for (const Outline& fascia : fascias)
    scene.push_back(with_stencil(painted(
        grown(fascia, -0.9), {.hu = -102, .variation_hu = 6, .veins = 0.15, .veins_hu = 10})));
  add_thigh_organs(body_, inside_, z, scene);
  add_thigh_muscles(body_, z, scene);
  add_thigh_vessels(body_, inside_, z, scene);
  add_thigh_bones(body_, z, scene);
  return scene;
}

}  // namespace myoseg::cohort
