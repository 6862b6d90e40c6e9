// Hip to knee, patient supine. Template coordinates: x from the midline to the patient's left, y to
// the back, z upwards from the centres of the femoral heads; mm of a man of 1.75 m. The template is
// drawn for the left side; the right one is its mirror image with other random numbers.
#pragma once

#include <array>

#include "data/cohort/scene.h"
#include "data/cohort/subject.h"
#include "data/cohort/sweep.h"
#include "data/cohort/tissue.h"

namespace myoseg::cohort {

// As Kim et al. 2024 list them.
enum ThighLabel : int {
  sartorius = 1,
  rectus_femoris,
  vastus_lateralis,
  vastus_intermedius,
  vastus_medialis,
  adductor_magnus,
  adductor_brevis,
  adductor_longus,
  gracilis,
  pectineus,
  semitendinosus,
  semimembranosus,
  biceps_femoris,
  gluteus_maximus,
  gluteus_medius,
  gluteus_minimus,
  fascia_latae,
  piriformis,
  obturator_internus,
  obturator_externus,
  quadratus_femoris,
  iliacus,
  iliopsoas,
  thigh_psoas,
  abdominal_oblique,
  rectus_abdominis,
  multifidus,
  femur,
  iliac_bone,
};
inline constexpr int kThighMuscles = multifidus;  // labels 1..27

// What differs between subjects, for one muscle of one side.
struct MuscleTraits {
  double size = 1;         // linear, relative to all muscles
  double dx = 0, dy = 0;   // mm
  double dz = 0;           // mm; where it begins and ends
  double septum_mm = 0;    // fat between it and its neighbours ...
  double septum_side = 0;  // ... thicker on one side, which turns along the muscle; radians
  double fatness = 1;      // its share of fat, relative to all muscles
  Lobes lobes;
};

struct ThighBody {
  Subject subject;
  double smi = 7;       // appendicular muscle mass by height squared, kg/m^2
  double skeleton = 1;  // size of bones
  double muscle = 1;    // linear size of all muscles for this skeleton
  double spread = 1;    // size of the thigh's compartment for this skeleton
  std::array<std::array<MuscleTraits, 2>, kThighMuscles + 1> traits{};  // by label and side
  double fat_mm = 14;             // under the skin, at mid thigh
  std::array<double, 2> turn{};   // of each leg about its axis, outwards, radians at the knee
  std::array<double, 2> apart{};  // how far each leg is moved outwards, mm

  // How much larger than the skeleton thigh and calf are at the template height z.
  [[nodiscard]] double widening(double z) const;
  // Template to body; side 0: right, 1: left.
  [[nodiscard]] Outline place(int side, double z, Outline outline) const;
  // Fascia (`fat` = 0) or skin (`fat` = 1) at z: trunk and legs, as far as they are there.
  [[nodiscard]] std::vector<Outline> envelope(double z, double fat) const;
  // Of the left leg in the template: a point under the skin, `depth` 0 at the fascia, 1 at the
  // skin; `angle` about the leg's axis, 0 outside, rising to the back, radians.
  [[nodiscard]] Point under_skin(double z, double angle, double depth) const;
  [[nodiscard]] double fat_at(double z) const;  // its thickness there, mm
};

// 0 below `from`, 1 above `to`, smooth between; also for from > to.
[[nodiscard]] double rise(double value, double from, double to);

// Appendicular muscle mass by height squared that belongs to a subject's muscularity, kg/m^2.
[[nodiscard]] double appendicular_index(const Subject& subject);
[[nodiscard]] ThighBody draw_thigh_body(std::uint64_t seed, const Subject& subject);
// Of one muscle, right and left: alike but not equal.
[[nodiscard]] std::array<MuscleTraits, 2> draw_muscle_traits(Random& random, double fat_share);

// A muscle of the left side: its way, and how it differs from others.
struct MusclePath {
  int label;
  double fatness;  // share of fat, relative to the average muscle
  double hand;     // how unsure a reader's edge is
  Sweep path;
};
// Back to front.
[[nodiscard]] const std::vector<MusclePath>& hip_muscles();
[[nodiscard]] const std::vector<MusclePath>& thigh_muscles();

// The muscle with the fat around it, where it is at the template height z.
void add_muscle(const ThighBody& body, const MusclePath& muscle, const MuscleTraits& own, int side,
                double z, Scene& scene);

// A part of a bone of the left side; a shell of more than 5 mm is that of a shaft, thin at its
// ends.
struct BonePath {
  double shell_mm;
  double exponent;
  Sweep path;
};
// Bone where it is long and hollow: a dense wall, marrow of fat.
[[nodiscard]] BoneTissue shaft_tissue(double age, double z);
// The parts of one bone: their marrow is one.
void add_bone_paths(const ThighBody& body, const std::vector<BonePath>& paths, int side, double z,
                    const BoneTissue& bone, int label, Scene& scene);

// `z`: template height.
void add_thigh_muscles(const ThighBody& body, double z, Scene& scene);
void add_thigh_bones(const ThighBody& body, double z, Scene& scene);

}  // namespace myoseg::cohort
