#include "data/cohort/thigh/body.h"

#include <algorithm>
#include <cmath>

namespace myoseg::cohort {
namespace {

// The fascia around a leg and around the trunk.
const Sweep kLeg{{100, {66, 58, 42, 26}}, {75, {70, 52, 52, 40}},  {30, {88, 30, 68, 66}},
                 {0, {92, 14, 70, 84}},   {-40, {90, 14, 72, 88}}, {-70, {88, 12, 74, 86}},
                 {-100, {89, 8, 72, 82}}, {-160, {91, 4, 70, 75}}, {-215, {91, 2, 64.5, 69}},
                 {-290, {86, 1, 55, 59}}, {-350, {80, 1, 49, 52}}, {-400, {77, 0, 49, 54}},
                 {-470, {75, 1, 49, 54}}};
const Sweep kTrunk{{160, {0, -2, 142, 96}}, {100, {0, -3, 147, 96}}, {50, {0, -2, 148, 94}},
                   {0, {0, 0, 148, 88}},    {-40, {0, 4, 118, 72}},  {-70, {0, 6, 62, 46}},
                   {-95, {0, 8, 10, 12}}};

// The axis that a leg is scaled about and turns about.
Point axis(double z) {
  const Section s = section_at(kLeg, std::clamp(z, -470.0, 0.0)).value();
  return {s.x, s.y};
}

// Thickness of fat under the skin, relative to mid thigh.
double fat_profile(double z) {
  return 0.55 + 0.45 * rise(z, -430, -210) + 0.45 * rise(z, -200, -50);
}

// A leg's fascia grown by fat, which is thickest at the inside and the back.
Section with_fat(Section leg, double mm) {
  leg.rx += mm;
  leg.ry += mm;
  leg.x -= 0.12 * mm;
  leg.y += 0.08 * mm;
  return leg;
}

MuscleTraits draw_traits(Random& random, double fat_share) {
  MuscleTraits t;
  t.size = std::exp(random.normal(0, 0.055));
  t.dx = random.normal(0, 1.3);
  t.dy = random.normal(0, 1.3);
  t.dz = random.normal(0, 5);
  t.septum_mm = std::max(0.0, random.uniform(-0.25, 0.75) + 6 * (fat_share - 0.05));
  t.septum_side = random.uniform(0, 6.2832);
  t.fatness = std::exp(random.normal(0, 0.18));
  t.lobes = draw_lobes(random, 0.035);
  return t;
}

}  // namespace

double rise(double value, double from, double to) {
  const double t = std::clamp((value - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

double ThighBody::widening(double z) const {
  const double thigh = rise(z, 20, -90) * rise(z, -400, -320),
               calf = rise(z, -440, -500) * rise(z, -800, -700);
  return 1 + (spread - 1) * (thigh + calf);
}

Outline ThighBody::place(int side, double z, Outline outline) const {
  const auto i = static_cast<std::size_t>(side);
  const Point c = axis(z);
  const double grow = skeleton * widening(z), angle = turn[i] * rise(z, -20, -420);
  const double cosine = grow * std::cos(angle), sine = grow * std::sin(angle);
  const double out = skeleton * c.x + apart[i] * rise(z, -20, -130);
  for (Point& p : outline) {
    const double dx = p.x - c.x, dy = p.y - c.y, x = out + cosine * dx - sine * dy;
    p = {side == 0 ? -x : x, skeleton * c.y + sine * dx + cosine * dy};
  }
  return outline;
}

std::vector<Outline> ThighBody::envelope(double z, double fat) const {
  std::vector<Outline> parts;
  const double mm = fat * fat_at(z);
  if (auto trunk = section_at(kTrunk, z)) {
    trunk->rx += 1.1 * mm / skeleton;
    trunk->ry += 0.9 * mm / skeleton;
    Outline outline = section_outline(*trunk, 2.4, {}, 120);
    for (Point& p : outline) p = {skeleton * p.x, skeleton * p.y};
    parts.push_back(std::move(outline));
  }
  if (const auto leg = section_at(kLeg, z)) {
    const Section section = with_fat(*leg, mm / (skeleton * widening(z)));
    for (int side = 0; side < 2; ++side)
      parts.push_back(place(side, z, section_outline(section, 2.1, {}, 96)));
  }
  return parts;
}

double ThighBody::fat_at(double z) const { return fat_mm * fat_profile(z); }

Point ThighBody::under_skin(double z, double angle, double depth) const {
  const Section leg = section_at(kLeg, std::clamp(z, -470.0, 100.0)).value();
  const Section s = with_fat(leg, depth * fat_at(z) / (skeleton * widening(z)));
  return {s.x + s.rx * std::cos(angle), s.y + s.ry * std::sin(angle)};
}

double appendicular_index(const Subject& s) {
  return s.male ? 7.3 + 0.135 * (s.muscularity - 50) : 5.9 + 0.12 * (s.muscularity - 39);
}

std::array<MuscleTraits, 2> draw_muscle_traits(Random& random, double fat_share) {
  const MuscleTraits both = draw_traits(random, fat_share);
  std::array<MuscleTraits, 2> sides{both, both};
  for (MuscleTraits& one : sides) {
    one.size *= std::exp(random.normal(0, 0.02));
    one.dx += random.normal(0, 0.8);
    one.dy += random.normal(0, 0.8);
    one.dz += random.normal(0, 2);
    one.septum_side += random.normal(0, 0.6);
  }
  return sides;
}

ThighBody draw_thigh_body(std::uint64_t seed, const Subject& subject) {
  Random random(seed, "cohort thigh body", {subject.number});
  ThighBody b;
  b.subject = subject;
  b.smi = appendicular_index(subject);
  b.skeleton =
      subject.height_m / 1.75 * (subject.male ? 1.0 : 0.97) * std::exp(random.normal(0, 0.015));
  // Volume goes with skeleton^3 muscle^2 along a thigh and shall go with smi height^2.
  b.muscle = std::sqrt(b.smi / 7.2 / b.skeleton);
  b.spread = b.muscle * (0.985 + 0.5 * (subject.fat_share - 0.05));
  for (auto& of_label : b.traits) of_label = draw_muscle_traits(random, subject.fat_share);
  const double excess = subject.bmi - 24;
  b.fat_mm = std::max(3.5, (subject.male ? 7.5 : 15) + (subject.male ? 0.65 : 1.2) * excess) *
             std::exp(random.normal(0, 0.12));
  // The skins of the legs touch or leave a gap.
  const Section leg = section_at(kLeg, -120).value();
  const double inside =
      b.skeleton * (leg.x - b.widening(-120) * leg.rx) - 1.12 * b.fat_mm * fat_profile(-120);
  for (std::size_t side = 0; side < 2; ++side) {
    b.turn[side] = random.normal(0.10, 0.07);
    b.apart[side] = std::max(0.0, 2 - inside) + std::abs(random.normal(0, 4));
  }
  return b;
}

}  // namespace myoseg::cohort
