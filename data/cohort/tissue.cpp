#include "data/cohort/tissue.h"

#include <algorithm>

namespace myoseg::cohort {

Shape painted(Outline outline, const Material& material, int label) {
  Shape shape;
  shape.outline = std::move(outline);
  shape.material = material;
  shape.label = label;
  return shape;
}

Material muscle_tissue(double lean_hu, double fat_share) {
  constexpr double kFatHu = -100,
                   kDiffuse = 0.4;  // share of the fat too fine to be seen as streaks
  return {.hu = lean_hu + kDiffuse * fat_share * (kFatHu - lean_hu),
          .variation_hu = 4,
          .veins = (1 - kDiffuse) * fat_share / kVeinShare,
          .veins_hu = kFatHu};
}

BoneTissue bone_tissue(double age) {
  const double years = age - 58;
  return {.cortex = {.hu = 520 - 2.0 * years, .variation_hu = 40},
          .marrow = {.hu = std::max(60.0, 150 - 1.9 * years),
                     .variation_hu = 16,
                     .veins = 0.35,
                     .veins_hu = 330}};
}

void add_bone(Scene& scene, const Outline& outline, double shell_mm, const BoneTissue& bone,
              int label) {
  scene.push_back(painted(outline, bone.cortex, label));
  scene.push_back(painted(grown(outline, -shell_mm), bone.marrow, label));
}

void add_table(Scene& scene, double y, bool curved) {
  Path top;
  for (double x = 240; x >= -240; x -= 8)
    top.push_back({x, y - (curved ? x * x / kTableRound : 0)});
  const double length = arc_lengths(top).back();
  const auto slab = [&](double from, double to, double hu) {
    // Travelling to -x, the left-hand side is the back (+y): offsets are negative.
    Shape s =
        painted(strip(
                    top, 0, length, [&](double) { return -from; }, [&](double) { return -to; }),
                {.hu = hu});
    s.fixed = true;
    scene.push_back(std::move(s));
  };
  slab(0, 28, 0);
  slab(2.2, 25.8, -930);
}

}  // namespace myoseg::cohort
