#include "data/cohort/l3/anatomy.h"

#include <algorithm>
#include <cmath>

#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

Posture draw_posture(std::uint64_t seed, const L3Body& body) {
  Random random(seed, "cohort posture", {body.subject.number});
  Posture p;
  const double front = body.cavity_front + 10 + body.fat_front,
               back = body.back_y() + body.fat_back;
  p.offset_x_mm = random.normal(0, 6);
  p.offset_y_mm = (front - back) / 2 + random.normal(0, 6);
  p.roll_rad = random.normal(0, 0.035);
  p.twist_rad = random.normal(0, 0.025);
  p.tilt_x = random.normal(0, random.chance(0.12) ? 0.20 : 0.05);  // the few: scoliosis
  p.tilt_y = random.normal(0, 0.10);                               // lordosis
  return p;
}

Warp draw_warp(std::uint64_t seed, std::uint64_t number, const Posture& posture) {
  Random random(seed, "cohort warp", {number});
  return {random, posture, 10, 2.4, 70};
}

}  // namespace

L3Anatomy::L3Anatomy(std::uint64_t seed, const Subject& subject)
    : body_(draw_l3_body(seed, subject)),
      organs_(draw_l3_organs(seed, body_)),
      posture_(draw_posture(seed, body_)),
      warp_(draw_warp(seed, subject.number, posture_)) {
  Random random(seed, "cohort level", {subject.number});
  level_ = random.uniform(-8, 8);
  width_ = 2 * (body_.cavity_half_width + body_.wall_mm() + body_.fat_side);
}

Scene L3Anatomy::scene(double z) const {
  Scene scene;
  add_table(scene, body_.back_y() + body_.fat_back + posture_.offset_y_mm + 3,
            body_.subject.site == Site::a);

  const Outline skin = body_.skin();
  scene.push_back(painted(skin, {.hu = 12, .variation_hu = 8}));
  scene.push_back(
      painted(grown(skin, -2.2), {.hu = -107, .variation_hu = 4, .veins = 0.22, .veins_hu = 0}));

  Outline fascia = body_.fascia().half;
  for (std::size_t i = fascia.size() - 1; i-- > 1;) fascia.push_back({-fascia[i].x, fascia[i].y});
  scene.push_back(painted(fascia, {.hu = 0, .variation_hu = 8}));
  Shape cavity =
      painted(grown(fascia, -0.8), {.hu = -104, .variation_hu = 5, .veins = 0.12, .veins_hu = 20});
  cavity.stencil = true;
  scene.push_back(std::move(cavity));

  add_l3_organs(body_, organs_, z, scene);

  // Linea alba and the sheath behind the recti.
  const double half = body_.linea_half_mm + 2,
               front = -(body_.cavity_front + 10 * body_.muscle * body_.skeleton);
  scene.push_back(
      painted(thick_line({-half, front + 2.2}, {half, front + 2.2}, 2.4, 2.4), {.hu = 15}));
  add_l3_muscles(body_, z, scene);
  add_l3_spine(body_, z, scene);
  return scene;
}

}  // namespace myoseg::cohort
