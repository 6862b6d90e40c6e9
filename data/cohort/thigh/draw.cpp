// Muscles and bones of a slice.
#include <algorithm>
#include <cmath>

#include "data/cohort/thigh/body.h"
#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

// {shell_mm, exponent, {{z, {x, y, rx, ry, angle, bend}}, ...}}
const std::vector<BonePath>& iliac_paths() {
  // clang-format off
  static const std::vector<BonePath> kPaths{
      // wing and roof of the socket
      {1.8, 2,
       {{127, {100, -2,   5, 30, 0.62}},
        {100, { 89,  2, 5.5, 61, 0.62, -6}},
        { 70, { 93,  2,   6, 55, 0.55, -5}},
        { 45, { 94,  4,  11, 40, 0.45}},
        { 26, { 88,  2,  22, 34,  0.3}},
        { 14, { 80,  4,  26, 36,  0.1}},
        {  0, { 77,  4,  27, 36}},
        {-20, { 72,  8,  19, 33, -0.1}},
        {-30, { 68, 14,  10, 24, -0.1}}}},
      // ischium
      {1.8, 2.2,
       {{-12, {66, 24,  8, 12}},
        {-28, {68, 27, 14, 17}},
        {-52, {64, 30, 14, 16}},
        {-70, {61, 28, 12, 13}},
        {-84, {58, 24,  7,  8}},
        {-92, {56, 20,  2,  2}}}},
      // upper branch of the pubis
      {1.5, 2,
       {{ -4, {62, -26, 5, 12, -1.08}},
        {-16, {46, -36, 8, 38, -1.08}},
        {-30, {38, -42, 7, 32,  -1.1}},
        {-42, {24, -48, 4, 14,  -1.1}}}},
      // its body
      {1.5, 2.2,
       {{-18, { 9, -52,   4,  8}},
        {-34, {10, -50, 7.5, 15,  0.3}},
        {-52, {11, -44,   7, 14, -0.2}},
        {-66, {16, -34,   4,  9, -0.4}}}},
      // lower branch, to the ischium
      {1.3, 2,
       {{-50, {16, -34,   4,  9, -0.5}},
        {-66, {30, -14, 4.5, 12, -0.7}},
        {-78, {42,   2, 4.5, 12, -0.7}},
        {-88, {54,  16,   3,  7, -0.7}}}}};
  // clang-format on
  return kPaths;
}

const std::vector<BonePath>& femur_paths() {
  // clang-format off
  static const std::vector<BonePath> kPaths{
      // head
      {1.2, 2,
       {{ 24, {88, 0,    3,    3}},
        { 21, {88, 0,   12,   12}},
        { 14, {88, 0, 19.5, 19.5}},
        {  0, {88, 0,   24,   24}},
        {-14, {89, 1, 19.5, 19.5}},
        {-22, {92, 2,    9,    9}}}},
      // neck
      {1.8, 2,
       {{  3, {104, 3,  8,  7, 0.1}},
        { -8, {106, 4, 24, 12, 0.1}},
        {-24, {110, 6, 24, 14, 0.1}},
        {-42, {116, 8, 20, 16}},
        {-52, {118, 8, 14, 13}}}},
      // greater trochanter
      {1.5, 2.2,
       {{ 15, {125, 12,  3,  4}},
        {  2, {127, 13, 10, 14}},
        {-22, {127, 11, 13, 18}},
        {-48, {124,  9, 15, 17}},
        {-60, {122,  8, 13, 14}}}},
      // lesser trochanter
      {1.5, 2,
       {{-56, {109, 19, 3, 3}},
        {-70, {107, 18, 8, 7}},
        {-86, {110, 12, 4, 4}}}},
      // shaft and condyles
      {5.5, 2,
       {{ -38, {119,  8,   16,   16}},
        { -60, {119,  7,   20,   19}},
        { -85, {117,  3,   17, 16.5}},
        {-110, {115,  0,   15,   15}},
        {-160, {109, -4,   14, 14.5}},
        {-215, {102, -8, 13.8, 14.5}},
        {-290, { 92, -6,   15, 14.5}},
        {-340, { 85, -2,   19,   16}},
        {-372, { 80,  2,   29,   21}},
        {-395, { 77,  3,   39,   27}},
        {-420, { 75,  4,   40,   29}},
        {-470, { 75,  6,   36,   22}}}}};
  // clang-format on
  return kPaths;
}

// The walls of femur, tibia and fibula are thick and their marrow is fat where they are tubes.
double tube(double z) {
  return rise(z, -70, -125) * rise(z, -375, -300) + rise(z, -480, -540) * rise(z, -790, -730);
}

std::vector<std::pair<Outline, double>> outlines(const ThighBody& body,
                                                 const std::vector<BonePath>& paths, int side,
                                                 double z) {
  std::vector<std::pair<Outline, double>> result;
  for (const BonePath& bone : paths) {
    std::optional<Section> s = section_at(bone.path, z);
    if (!s) continue;
    const double wide = body.widening(z);
    s->rx /= wide, s->ry /= wide;
    const double shell = bone.shell_mm > 5 ? 1.3 + (bone.shell_mm - 1.3) * tube(z) : bone.shell_mm;
    result.emplace_back(body.place(side, z, section_outline(*s, bone.exponent, {}, 56)),
                        std::min({shell * body.skeleton, 0.6 * s->rx, 0.6 * s->ry}));
  }
  return result;
}

// Parts of one bone: their marrow is one.
void add_parts(Scene& scene, const std::vector<std::pair<Outline, double>>& parts,
               const BoneTissue& bone, int label) {
  for (const auto& [outline, shell] : parts) scene.push_back(painted(outline, bone.cortex, label));
  for (const auto& [outline, shell] : parts)
    scene.push_back(painted(grown(outline, -shell), bone.marrow, label));
}

// Sacrum and patella have no label.
void add_other_bones(const ThighBody& body, double z, const BoneTissue& bone, Scene& scene) {
  static const Sweep kSacrum{{160, {0, 34, 48, 22}}, {110, {0, 40, 50, 25}}, {70, {0, 56, 44, 20}},
                             {40, {0, 66, 31, 12}},  {10, {0, 74, 14, 7}},   {-14, {0, 72, 5, 4}}};
  static const Sweep kPatella{{-366, {77, -47, 6, 3}},
                              {-378, {77, -46, 17, 8}},
                              {-396, {77, -46, 20, 9}},
                              {-412, {77, -45, 8, 5}}};
  if (const auto s = section_at(kSacrum, z)) {
    Outline outline = section_outline(*s, 2, {}, 64);
    for (Point& p : outline) p = {body.skeleton * p.x, body.skeleton * p.y};
    add_bone(scene, outline, 1.4, bone);
    const double r = 0.16 * s->rx;  // its canal
    scene.push_back(painted(ellipse({0, body.skeleton * (s->y + 0.35 * s->ry)}, 1.6 * r, r, 0, 24),
                            {.hu = -30, .variation_hu = 8}, 0));
  }
  for (int side = 0; side < 2; ++side)
    if (const auto s = section_at(kPatella, z))
      add_bone(scene, body.place(side, z, section_outline(*s, 2, {}, 40)), 1.6, bone);
}

}  // namespace

void add_muscle(const ThighBody& body, const MusclePath& muscle, const MuscleTraits& own, int side,
                double z, Scene& scene) {
  std::optional<Section> s = section_at(muscle.path, z - own.dz);
  if (!s) return;
  const double size = own.size * body.muscle / body.widening(z);
  s->x += own.dx;
  s->y += own.dy;
  for (double* mm : {&s->rx, &s->ry, &s->bend}) *mm *= size;
  Outline outline = body.place(side, z, section_outline(*s, 2.3, own.lobes, 56));

  if (own.septum_mm > 0) {
    // Fat around it, on one side more than on the other: seen here, not there.
    const double side_of_fat = own.septum_side + z / 60, off = 0.7 * own.septum_mm;
    Outline around = grown(outline, own.septum_mm);
    for (Point& p : around)
      p = {p.x + off * std::cos(side_of_fat), p.y + off * std::sin(side_of_fat)};
    Shape septum = painted(std::move(around), {.hu = -85, .variation_hu = 6});
    septum.clipped = true;
    scene.push_back(std::move(septum));
  }
  const Subject& who = body.subject;
  Shape shape = painted(std::move(outline),
                        muscle_tissue(who.lean_hu, who.fat_share * muscle.fatness * own.fatness),
                        muscle.label);
  shape.hand = muscle.hand;
  shape.clipped = true;
  scene.push_back(std::move(shape));
}

BoneTissue shaft_tissue(double age, double z) {
  BoneTissue shaft = bone_tissue(age);
  const double t = tube(z);
  shaft.cortex.hu *= 1 + 1.3 * t;
  shaft.marrow.hu += t * (-55 - shaft.marrow.hu);
  shaft.marrow.veins *= 1 - t;
  return shaft;
}

void add_bone_paths(const ThighBody& body, const std::vector<BonePath>& paths, int side, double z,
                    const BoneTissue& bone, int label, Scene& scene) {
  add_parts(scene, outlines(body, paths, side, z), bone, label);
}

void add_thigh_muscles(const ThighBody& body, double z, Scene& scene) {
  for (const auto* muscles : {&hip_muscles(), &thigh_muscles()})
    for (const MusclePath& muscle : *muscles)
      for (int side = 0; side < 2; ++side)
        add_muscle(
            body, muscle,
            body.traits[static_cast<std::size_t>(muscle.label)][static_cast<std::size_t>(side)],
            side, z, scene);
}

void add_thigh_bones(const ThighBody& body, double z, Scene& scene) {
  const BoneTissue spongy = bone_tissue(body.subject.age);
  const BoneTissue shaft = shaft_tissue(body.subject.age, z);
  add_other_bones(body, z, spongy, scene);
  for (int side = 0; side < 2; ++side) {
    add_bone_paths(body, iliac_paths(), side, z, spongy, iliac_bone, scene);
    const auto parts = outlines(body, femur_paths(), side, z);
    if (z > -30 && !parts.empty())  // the joint's gap
      scene.push_back(painted(grown(parts.front().first, 2.4), {.hu = 75, .variation_hu = 10}, 0));
    add_parts(scene, parts, shaft, femur);
  }
}

}  // namespace myoseg::cohort
