#include "data/cohort/l3/body.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace myoseg::cohort {
namespace {

constexpr int kPerKnot = 14;
constexpr double kWaistY = -12;  // where the abdomen is widest

// A quarter of a rounded box, from the anterior midline to the widest point.
void add_front(double half_width, double front, std::vector<Point>& knots) {
  constexpr double kRoundness = 2.0 / 2.3;  // superellipse exponent 2.3
  for (int degrees = 0; degrees <= 90; degrees += 15) {
    const double t = degrees * std::numbers::pi / 180;
    knots.push_back(
        {half_width * std::pow(std::sin(t), kRoundness),
         kWaistY - (front + kWaistY) * std::pow(std::max(0.0, std::cos(t)), kRoundness)});
  }
}

double muscle_area_mm2(const L3Body& body) {
  Scene scene;
  add_l3_muscles(body, 0, scene);
  double sum = 0;
  for (const Shape& shape : scene)
    if (shape.label > 0) sum += area(shape.outline);
  return sum;
}

}  // namespace

double L3Body::wall_mm() const {
  return 15.3 * muscle * skeleton * (part[abdominal_wall][0] + part[abdominal_wall][1]) / 2 +
         2 * plane_mm;
}

double L3Body::back_y() const {
  const double scale = skeleton * muscle * std::max(part[erector][0], part[erector][1]);
  return 40 * skeleton + 42 * scale + 2;
}

Point L3Body::psoas_centre(int side, double z) const {
  const double x = 25 * skeleton + 0.93 * psoas_radius(side) - 0.12 * z;
  return {side == 0 ? -x : x, 4 * skeleton};
}

double L3Body::psoas_radius(int side) const {
  return 15.8 * skeleton * muscle * part[psoas][static_cast<std::size_t>(side)];
}

L3Body::Fascia L3Body::fascia() const {
  const double w = cavity_half_width + wall_mm(), front = cavity_front + 10 * muscle * skeleton;
  const double p = back_y();
  const double lateral =
      10 * skeleton + 63 * skeleton * muscle * std::max(part[erector][0], part[erector][1]) + 5;
  std::vector<Point> knots;
  add_front(w, front, knots);
  knots.push_back({0.97 * w, 12});
  knots.push_back({std::max(0.86 * w, lateral + 8), 34});
  knots.push_back({lateral, 57});
  knots.push_back({lateral - 13, p - 9});
  knots.push_back({36, p});
  knots.push_back({14, p - 1.5});
  knots.push_back({0, p - 5});
  const Outline whole = smooth_symmetric(knots, kPerKnot);
  Fascia fascia;
  fascia.half.assign(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(
                                                        (knots.size() - 1) * kPerKnot + 1));
  fascia.flank = std::size_t{8} * kPerKnot;
  fascia.raphe = std::size_t{9} * kPerKnot;
  return fascia;
}

Outline L3Body::skin() const {
  const double w = cavity_half_width + wall_mm() + fat_side;
  const double front = cavity_front + 10 * muscle * skeleton + fat_front, p = back_y();
  std::vector<Point> knots;
  add_front(w, front, knots);
  knots.push_back({0.99 * w, 16});
  knots.push_back({0.87 * w, 48});
  knots.push_back({0.55 * w, p + 0.7 * fat_back - 6});
  knots.push_back({0.28 * w, p + fat_back});
  knots.push_back({14, p - 1.5 + 0.5 * (fat_back + fat_midline)});
  knots.push_back({0, p - 4 + fat_midline});
  return smooth_symmetric(knots, kPerKnot);
}

L3Body draw_l3_body(std::uint64_t seed, const Subject& subject) {
  Random random(seed, "cohort l3 body", {subject.number});
  L3Body b;
  b.subject = subject;
  const bool male = subject.male;
  b.skeleton = subject.height_m / 1.75 * (male ? 1.0 : 0.96) * std::exp(random.normal(0, 0.02));
  for (std::size_t label = rectus; label <= erector; ++label) {
    const double both = std::exp(random.normal(0, 0.07));
    for (double& side : b.part[label]) side = both * std::exp(random.normal(0, 0.025));
  }
  if (!male)
    for (double& side : b.part[psoas]) side *= 0.94;
  if (random.chance(0.06)) {  // one psoas wasted, as after disease of a hip
    b.part[psoas][random.below(2)] *= random.uniform(0.65, 0.85);
  }
  for (int side = 0; side < 2; ++side) {
    const auto i = static_cast<std::size_t>(side);
    b.psoas_lobes[i] = draw_lobes(random, 0.05);
    b.quadratus_lobes[i] = draw_lobes(random, 0.06);
  }

  const double excess = subject.bmi - 24, v = subject.visceral;
  b.cavity_half_width = (male ? 123 : 113) * (0.5 + 0.5 * b.skeleton) + (1.4 + 1.8 * v) * excess +
                        random.normal(0, 4);
  b.cavity_front = std::max(52.0, 17 * b.skeleton + 70 + (1.6 + 4.6 * v) * excess +
                                      0.12 * (subject.age - 58) + random.normal(0, 6));
  const double under = 1.25 - v;  // share of the fat that lies under the skin, about 0.4 to 1.1
  const auto fat = [&](double at_24, double each, double least) {
    return std::max(least, at_24 * (0.5 + under) + each * under * excess) *
           std::exp(random.normal(0, 0.10));
  };
  b.fat_front = fat(12, 1.9, 4);
  b.fat_side = fat(12, 2.0, 4.5);
  b.fat_back = fat(13, 2.1, 5);
  b.fat_midline = 4 + 0.45 * b.fat_back;

  b.plane_mm = std::max(0.3, 0.35 + 7 * subject.fat_share + random.normal(0, 0.15));
  b.linea_half_mm =
      std::clamp(4 + 0.06 * (subject.age - 40) + 0.25 * excess + random.normal(0, 2), 2.0, 16.0);
  b.enhancement_hu = subject.contrast == Contrast::none       ? 0
                     : subject.contrast == Contrast::arterial ? 3
                                                              : 8;
  // The wall's length depends on the trunk, not on its thickness: hence not solved in one step.
  const double target = 100 * subject.muscularity * subject.height_m * subject.height_m;
  for (int i = 0; i < 4; ++i) b.muscle *= std::pow(target / muscle_area_mm2(b), 0.6);
  return b;
}

}  // namespace myoseg::cohort
