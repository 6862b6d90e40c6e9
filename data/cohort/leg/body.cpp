#include "data/cohort/leg/body.h"

#include <cmath>

namespace myoseg::cohort {
namespace {

// The fascia; its upper end is the thigh's.
const Sweep kShank{{-400, {77, 0, 49, 54}},  {-440, {76, 1, 49, 54}},  {-480, {76, 5, 49, 52}},
                   {-540, {78, 10, 50, 54}}, {-600, {79, 10, 48, 52}}, {-660, {80, 8, 41, 45}},
                   {-720, {81, 6, 33, 38}},  {-770, {80, 6, 30, 37}},  {-805, {78, 6, 34, 43}},
                   {-840, {78, -2, 34, 50}}, {-900, {78, -10, 34, 60}}};

double fat_profile(double z) { return 1 - 0.45 * rise(z, -620, -780); }

}  // namespace

LegBody draw_leg_body(std::uint64_t seed, const Subject& subject) {
  Random random(seed, "cohort leg body", {subject.number});
  LegBody b;
  b.upper = draw_thigh_body(seed, subject);
  // Volume goes with skeleton^3 muscle^2 depth and shall go with smi height^2; the area that a
  // radiograph shows goes with skeleton^2 muscle^0.87, because the hips are as wide as their bones.
  // volume / area^2 shall depend on sex and chance alone, so depth goes with skeleton muscle^-0.26.
  constexpr double kSeen = 0.87;
  const double usual = subject.male ? 1.0 : 0.906, shape = subject.male ? 1.04 : 0.87;
  const double own = shape / usual, k = b.upper.skeleton;
  b.upper.muscle = std::pow(b.upper.smi / 7.2 / (k * k * own), 1 / (2 * kSeen));
  // Chance is in the depth, which the radiograph does not show: were it in the width, whatever
  // tells of the volume besides would add to the area.
  b.depth = own * k * std::pow(b.upper.muscle, 2 * kSeen - 2) * std::exp(random.normal(0, 0.04));
  b.upper.spread = 0.985 * b.upper.muscle;
  for (auto& muscle : b.shank) muscle = draw_muscle_traits(random, subject.fat_share);
  return b;
}

std::vector<Outline> shank_envelope(const LegBody& body, double z, double fat) {
  std::vector<Outline> parts;
  std::optional<Section> s = section_at(kShank, z);
  if (!s) return parts;
  const ThighBody& upper = body.upper;
  const double mm = fat * fat_profile(z) * upper.fat_at(z) / (upper.skeleton * upper.widening(z));
  s->rx += mm;
  s->ry += mm;
  for (int side = 0; side < 2; ++side)
    parts.push_back(upper.place(side, z, section_outline(*s, 2.1, {}, 96)));
  return parts;
}

}  // namespace myoseg::cohort
