// What every body is made of: muscle with its fat, bone with its marrow, the table under it.
#pragma once

#include "data/cohort/scene.h"

namespace myoseg::cohort {

[[nodiscard]] Shape painted(Outline outline, const Material& material, int label = kKeepLabel);

// Muscle of `lean_hu` without its fat, which takes `fat_share` (0..1) of the area: part of it too
// fine to be seen, the rest in streaks.
[[nodiscard]] Material muscle_tissue(double lean_hu, double fat_share);

struct BoneTissue {
  Material cortex, marrow;
};
// By age: what is lost is lost from both.
[[nodiscard]] BoneTissue bone_tissue(double age);
// A dense shell of `shell_mm` around spongy marrow; bone lies over muscle.
void add_bone(Scene& scene, const Outline& outline, double shell_mm, const BoneTissue& bone,
              int label = 0);

// The table: a thin shell around foam, seen from its end; `y` is its upper side in the scanner at x
// = 0, x^2 / kTableRound higher beside it when curved.
inline constexpr double kTableRound = 900;
void add_table(Scene& scene, double y, bool curved);

}  // namespace myoseg::cohort
