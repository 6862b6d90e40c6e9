#include "data/cohort/l3/organs.h"

#include <algorithm>
#include <cmath>

namespace myoseg::cohort {
namespace {

void add(Scene& scene, Outline outline, const Material& material) {
  Shape shape;
  shape.outline = std::move(outline);
  shape.material = material;
  shape.clipped = true;
  scene.push_back(std::move(shape));
}

Outline section(const Tube& t, double z, double less) {
  const double r = t.radius * (1 + 0.10 * std::sin(z / 11 + t.swell_phase)) - less;
  const Point at{t.centre.x + t.dx * z, t.centre.y + t.dy * z};
  return lobed(at, r, r * t.flatness, t.angle, t.lobes, r < 4 ? 14 : 40);
}

void add_bowel(const Tube& t, double wall_hu, double z, Scene& scene) {
  add(scene, section(t, z, 0), {.hu = wall_hu, .variation_hu = 5});
  Outline inside = section(t, z, t.wall_mm);
  using Content = Tube::Content;
  if (t.content == Content::faeces)
    return add(scene, inside,
               {.hu = t.content_hu, .variation_hu = 22, .veins = 0.9, .veins_hu = -420});
  add(scene, inside, {.hu = t.content_hu, .variation_hu = 6});
  if (t.content != Content::gas) return;
  // Gas rises to the front; its lower border is level.
  const double y = t.centre.y + t.dy * z + t.gas_level * t.radius * t.flatness;
  for (Point& p : inside) p.y = std::min(p.y, y);
  add(scene, inside, {.hu = -960});
}

void add_kidney(const L3Body& body, const L3Organs& o, int side, double z, Scene& scene) {
  constexpr double kHalfLength = 52;  // mm
  const double pole = side == 0 ? o.right_pole : o.left_pole;
  const double up = (z - pole) / kHalfLength;
  if (up <= 0) return;
  const double r =
      o.kidney_radius * std::sqrt(std::max(0.05, 1 - std::pow(1 - std::min(up, 1.0), 2)));
  const Point at = kidney_centre(body, o, side);
  const double tilt = side == 0 ? -0.5 : 0.5;
  // The fascia about the kidney, its fat, the kidney itself.
  add(scene, ellipse(at, r + 7, 1.1 * r + 8, tilt, 48), {.hu = -60});
  add(scene, ellipse(at, r + 6.3, 1.1 * r + 7.3, tilt, 48),
      {.hu = -106, .variation_hu = 4, .veins = 0.2, .veins_hu = 10});
  add(scene, ellipse(at, r, 1.12 * r, tilt, 48), {.hu = o.hu.kidney, .variation_hu = 6});
  if (r > 0.72 * o.kidney_radius) {
    const double inward = side == 0 ? 1 : -1;
    add(scene, ellipse({at.x + inward * 0.45 * r, at.y - 0.2 * r}, 0.5 * r, 0.36 * r, tilt, 28),
        {.hu = -80, .variation_hu = 8, .veins = 1.5, .veins_hu = 30});
  }
}

void add_great_vessels(const L3Body& body, const L3Organs& o, double z, Scene& scene) {
  const double k = body.skeleton;
  const Point aorta{8 * k + 0.04 * z, -(18.5 * k + o.aorta_radius)};
  add(scene, ellipse(aorta, o.aorta_radius, o.aorta_radius, 0, 32),
      {.hu = o.hu.aorta, .variation_hu = 3});
  for (const double angle : o.plaques) {
    const double r = o.aorta_radius - 0.6;
    add(scene,
        ellipse({aorta.x + r * std::cos(angle), aorta.y + r * std::sin(angle)}, 1.0, 2.4, angle,
                14),
        {.hu = 650});
  }
  const double flat = o.cava_radius * o.cava_flat;
  add(scene, ellipse({-16 * k - 0.05 * z, -(17.5 * k + flat)}, o.cava_radius, flat, -0.25, 32),
      {.hu = o.hu.cava, .variation_hu = 4});
  const double root = -62 * k;  // superior mesenteric artery and vein
  add(scene, ellipse({5, root}, 3.6, 3.6, 0, 18), {.hu = o.hu.aorta});
  add(scene, ellipse({-8, root + 2}, 5.2, 5.0, 0, 20), {.hu = o.hu.cava});
  for (int side = 0; side < 2; ++side) {  // ureter and gonadal vein in front of the psoas
    const Point at = body.psoas_centre(side, z);
    const double front = at.y - 1.17 * body.psoas_radius(side) - 3;
    add(scene, ellipse({at.x, front}, 2.0, 2.0, 0, 12), {.hu = 25});
    add(scene, ellipse({at.x * 1.22, front + 1}, 1.6, 1.6, 0, 12), {.hu = o.hu.small_vessel});
  }
}

}  // namespace

void add_l3_organs(const L3Body& body, const L3Organs& o, double z, Scene& scene) {
  for (const Outline& strand : o.strands) add(scene, strand, {.hu = o.hu.small_vessel - 10});
  for (const Tube& vessel : o.vessels) add(scene, section(vessel, z, 0), {.hu = o.hu.small_vessel});
  for (const Tube& loop : o.bowel) add_bowel(loop, o.hu.bowel_wall, z, scene);
  if (o.liver) {
    const double r = std::clamp(1 + z / 60, 0.6, 1.3);  // it ends below
    add(scene,
        ellipse({-(body.cavity_half_width - o.liver_x + 2), -38}, r * o.liver_x, r * o.liver_y,
                -0.25, 56),
        {.hu = o.hu.liver, .variation_hu = 4, .veins = 0.25, .veins_hu = o.hu.cava + 20});
  }
  for (int side = 0; side < 2; ++side) add_kidney(body, o, side, z, scene);
  if (o.duodenum) {
    // The third part crosses in front of the great vessels in an arch.
    Path arch;
    for (double x = 20; x >= -42; x -= 4)
      arch.push_back({x, -50 * body.skeleton + (x + 8) * (x + 8) / 75});
    const double length = arc_lengths(arch).back();
    const auto part = [&](double half, double end) {
      const auto width = [half](double u) {
        return half * std::pow(4 * u * (1 - u) + 0.02, 0.25) * (0.75 + 0.25 * u);
      };
      return strip(
          arch, end, length - end, [&](double u) { return -width(u); }, width);
    };
    add(scene, part(10, 0), {.hu = o.hu.bowel_wall, .variation_hu = 5});
    add(scene, part(7.3, 2.5), {.hu = 22, .variation_hu = 6});
  }
  add_great_vessels(body, o, z, scene);
}

}  // namespace myoseg::cohort
