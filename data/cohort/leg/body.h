// Hip joints to ankle joints: the thigh's template, continued below the knee. Template coordinates
// as in data/cohort/thigh/body.h.
#pragma once

#include <array>
#include <vector>

#include "data/cohort/thigh/body.h"

namespace myoseg::cohort {

inline constexpr double kKneeJoint = -430;  // template height of the gap between femur and tibia
inline constexpr std::size_t kShankMuscles = 8;

struct LegBody {
  ThighBody upper;  // also skeleton, fat, posture and muscle of the whole leg
  std::array<std::array<MuscleTraits, 2>, kShankMuscles> shank{};  // by muscle and side
  double depth = 1;  // front to back, relative to the width that a radiograph shows
};

// At an expected volume that goes with smi height^2, the volume for each squared area that a
// radiograph from the front shows depends on sex and chance alone: not on age.
[[nodiscard]] LegBody draw_leg_body(std::uint64_t seed, const Subject& subject);

// Below the knee, as ThighBody::envelope: both fascias (`fat` = 0) or skins (`fat` = 1) at z.
[[nodiscard]] std::vector<Outline> shank_envelope(const LegBody& body, double z, double fat);
// `label`: of muscle.
void add_shank_muscles(const LegBody& body, double z, int label, Scene& scene);
// The bones without label, vessels and tendons.
void add_shank_bones(const LegBody& body, double z, Scene& scene);

}  // namespace myoseg::cohort
