// Draws one subject's abdominal organs at random, clear of each other and of the muscles.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/cohort/l3/organs.h"

namespace myoseg::cohort {
namespace {

struct Disc {
  Point centre;
  double radius;
};

// How far inside the abdominal wall a point lies, mm (approximately); negative outside.
double depth(const L3Body& body, Point p) {
  const double w = body.cavity_half_width - 2;
  const double front = body.cavity_front - 16;  // from y = -12 forwards
  const double y = -12 - p.y, reach = y > 0 ? front : 60;
  const double r =
      std::pow(std::pow(std::abs(p.x) / w, 2.3) + std::pow(std::abs(y) / reach, 2.3), 1 / 2.3);
  return (1 - r) * std::min(w, reach);
}

// Where a loop of the bowel cannot be: spine, great vessels, psoas, kidneys, liver.
std::vector<Disc> obstacles(const L3Body& body, const L3Organs& organs) {
  const double k = body.skeleton;
  std::vector<Disc> discs{{{0, 0}, 27 * k}, {{8 * k, -28 * k}, 11}, {{-17 * k, -26 * k}, 14}};
  for (int side = 0; side < 2; ++side) {
    discs.push_back({body.psoas_centre(side, 0), 1.12 * body.psoas_radius(side)});
    const double pole = side == 0 ? organs.right_pole : organs.left_pole;
    if (pole < 12)
      discs.push_back({kidney_centre(body, organs, side), organs.kidney_radius * 0.95});
  }
  if (organs.liver)
    for (const double y : {-0.6, 0.0, 0.6})
      discs.push_back({{-(body.cavity_half_width - organs.liver_x), -38 + y * organs.liver_y},
                       organs.liver_x + 2});
  if (organs.duodenum)
    for (const double x : {-34.0, -18.0, -2.0, 12.0}) discs.push_back({{x, -46 * k}, 10});
  return discs;
}

Tube draw_tube(Random& random, Point centre, double radius) {
  Tube t;
  t.centre = centre;
  t.radius = radius;
  t.dx = random.normal(0, 0.35);
  t.dy = random.normal(0, 0.35);
  t.flatness = random.uniform(0.72, 1.0);
  t.angle = random.uniform(0, std::numbers::pi);
  t.swell_phase = random.uniform(0, 2 * std::numbers::pi);
  t.lobes = draw_lobes(random, 0.07);
  return t;
}

void fill_small_bowel(Random& random, bool drank, Tube& t) {
  t.wall_mm = random.uniform(1.8, 2.8);
  const double u = random.uniform();
  t.content = u < 0.11            ? Tube::Content::gas
              : drank && u < 0.70 ? Tube::Content::oral_contrast
                                  : Tube::Content::fluid;
  t.content_hu =
      t.content == Tube::Content::oral_contrast ? random.uniform(150, 320) : random.uniform(8, 48);
  t.gas_level = random.uniform(-0.7, 0.8);
}

void fill_colon(Random& random, Tube& t) {
  t.wall_mm = random.uniform(1.6, 2.6);
  t.content = random.chance(0.7) ? Tube::Content::faeces : Tube::Content::gas;
  t.content_hu = random.uniform(20, 60);
  t.gas_level = random.uniform(-0.4, 0.9);
}

}  // namespace

Enhancement enhancement(Contrast contrast) {
  switch (contrast) {
    case Contrast::none:
      return {42, 40, 32, 56, 36, 40};
    case Contrast::arterial:
      return {300, 75, 150, 72, 72, 170};
    default:
      return {150, 138, 165, 108, 66, 130};
  }
}

Point kidney_centre(const L3Body& body, const L3Organs& organs, int side) {
  const double r = organs.kidney_radius;
  const Point at = body.psoas_centre(side, 0);
  const double x =
      std::min(std::abs(at.x) + body.psoas_radius(side) + 0.75 * r, body.cavity_half_width - r - 3);
  return {side == 0 ? -x : x, -4};
}

L3Organs draw_l3_organs(std::uint64_t seed, const L3Body& body) {
  Random random(seed, "cohort l3 organs", {body.subject.number});
  L3Organs o;
  o.hu = enhancement(body.subject.contrast);
  const double scatter = body.subject.contrast == Contrast::none ? 0.08 : 0.14;
  for (double* hu :
       {&o.hu.aorta, &o.hu.cava, &o.hu.kidney, &o.hu.liver, &o.hu.bowel_wall, &o.hu.small_vessel})
    *hu *= std::exp(random.normal(0, scatter));
  o.right_pole = random.uniform(-36, 14);
  o.left_pole = random.uniform(-30, 26);
  o.kidney_radius = random.uniform(22, 27) * (0.4 + 0.6 * body.skeleton);
  o.liver = random.chance(0.5);
  o.liver_x = random.uniform(9, 17);
  o.liver_y = random.uniform(24, 46);
  o.duodenum = random.chance(0.55);
  o.aorta_radius = random.uniform(7.5, 9.5) + 0.03 * (body.subject.age - 58);
  o.cava_radius = random.uniform(9, 13);
  o.cava_flat = random.uniform(0.45, 0.95);
  const double calcified = std::clamp((body.subject.age - 50) / 35.0, 0.0, 1.0);
  while (o.plaques.size() < 5 && random.chance(0.75 * calcified))
    o.plaques.push_back(random.uniform(0, 2 * std::numbers::pi));

  std::vector<Disc> taken = obstacles(body, o);
  const auto free = [&](Point p, double r) {
    return std::all_of(taken.begin(), taken.end(), [&](const Disc& d) {
      return std::hypot(p.x - d.centre.x, p.y - d.centre.y) > d.radius + r;
    });
  };
  // The ascending (right) and descending (left) colon lie against the wall.
  for (int side = 0; side < 2; ++side) {
    const double r = side == 0 ? random.uniform(17, 25) : random.uniform(9, 18);
    for (double y = random.uniform(-8, 2); y > -70; y -= 6) {
      double x = body.cavity_half_width - r - 4;
      while (x > 40 && depth(body, {x, y}) < r) x -= 2;
      const Point at{side == 0 ? -x : x, y};
      if (!free(at, r * 0.9)) continue;
      Tube t = draw_tube(random, at, r);
      t.dx *= 0.4;
      t.flatness = random.uniform(0.85, 1.0);
      fill_colon(random, t);
      taken.push_back({at, r});
      o.bowel.push_back(t);
      break;
    }
  }
  const bool drank = random.chance(0.12);
  const int transverse = static_cast<int>(random.below(3));
  const int loops = transverse + 27 + static_cast<int>(random.below(16));
  for (int i = 0; i < loops; ++i) {
    const bool colon = i < transverse;
    for (int dart = 0; dart < 90; ++dart) {
      const double r = colon ? random.uniform(16, 23) : random.uniform(9, 18.5);
      const Point p{random.uniform(-1, 1) * body.cavity_half_width,
                    random.uniform(-body.cavity_front, colon ? -0.5 * body.cavity_front : 10.0)};
      if (depth(body, p) < r || !free(p, 0.88 * r)) continue;
      Tube t = draw_tube(random, p, r);
      if (colon)
        fill_colon(random, t);
      else
        fill_small_bowel(random, drank, t);
      taken.push_back({p, r});
      o.bowel.push_back(t);
      break;
    }
  }
  for (int i = 0; i < 46; ++i) {
    const Point p{random.uniform(-0.9, 0.9) * body.cavity_half_width,
                  random.uniform(-body.cavity_front, 10)};
    const double r = 0.8 + 1.9 * random.uniform() * random.uniform();
    if (depth(body, p) > 5 && free(p, r)) o.vessels.push_back(draw_tube(random, p, r));
  }
  for (int i = 0; i < 14; ++i) {
    const Point root{random.normal(0, 10), -60 + random.normal(0, 8)};
    const double angle = random.uniform(-1.5, 1.5), length = random.uniform(15, 55);
    const Point tip{root.x + 1.4 * length * std::sin(angle), root.y - length * std::cos(angle)};
    const double width = random.uniform(0.7, 1.8);
    if (depth(body, tip) > 4) o.strands.push_back(thick_line(root, tip, width, 0.5 * width));
  }
  return o;
}

}  // namespace myoseg::cohort
