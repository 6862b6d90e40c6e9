// The third lumbar vertebra with the discs above and below.
#include <algorithm>
#include <array>
#include <cmath>

#include "data/cohort/l3/body.h"
#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

std::vector<Point> times(double k, std::span<const Point> knots) {
  std::vector<Point> out;
  for (const Point& p : knots) out.push_back({k * p.x, k * p.y});
  return out;
}

void add(Scene& scene, Outline outline, const Material& material) {
  scene.push_back(painted(std::move(outline), material, 0));  // bone lies over muscle
}

}  // namespace

void add_l3_spine(const L3Body& body, double z, Scene& scene) {
  const double k = body.skeleton;
  const BoneTissue bone = bone_tissue(body.subject.age);
  const Material& marrow = bone.marrow;
  const double level = z / k;  // the vertebral body reaches from -14 to 14

  static constexpr std::array<Point, 7> kBody{
      {{0, -17}, {13, -15.5}, {21.5, -8}, {23, 2}, {19.5, 11.5}, {11, 15}, {0, 13}}};
  const Outline corpus = smooth_symmetric(times(k, kBody), 8);
  if (std::abs(level) > 14.5) {
    add(scene, grown(corpus, 1.0), {.hu = 85, .variation_hu = 8});
    add(scene, scaled(corpus, {0, -1 * k}, 0.6), {.hu = 70, .variation_hu = 8});
  } else {
    // End plates are dense and wide, the waist is narrower.
    const double plate = std::pow(std::abs(level) / 14.5, 6);
    const Outline waist = scaled(corpus, {0, -1 * k}, 0.95 + 0.07 * plate);
    add_bone(scene, waist, 1.3 + 2 * plate,
             {bone.cortex,
              {.hu = marrow.hu + 180 * plate,
               .variation_hu = marrow.variation_hu,
               .veins = marrow.veins,
               .veins_hu = marrow.veins_hu}});
  }

  for (const double side : {-1.0, 1.0}) {
    const auto at = [&](double x, double y) { return Point{side * k * x, k * y}; };
    // Pedicles join body and arch in the upper half; below them the nerve leaves through fat.
    const double pedicle =
        std::clamp((level + 5) / 4, 0.0, 1.0) * std::clamp((15 - level) / 3, 0.0, 1.0);
    if (pedicle > 0.15)
      add_bone(scene, thick_line(at(15, 11), at(18, 27), 9.5 * k * pedicle, 10 * k * pedicle), 1.4,
               bone);
    else
      add(scene, ellipse(at(19, 20), 3 * k, 4 * k, 0, 16), {.hu = 35});
    const double wing = 1 - std::pow((level - 4) / 9, 2);
    if (wing > 0.05)
      add_bone(scene,
               thick_line(at(18, 26), at(30 + 13 * std::sqrt(wing), 29), 8 * k * std::sqrt(wing),
                          4.5 * k * std::sqrt(wing)),
               1.1, bone);
    // Facet joints: the upper of this vertebra, or the lower against the next one's upper.
    if (level < -3 || level > 9) {
      const double r = std::min(1.0, 0.5 + std::abs(level - 3) / 20) * k;
      add_bone(scene, ellipse(at(20, 35), 7 * r, 8.5 * r, side * 0.5, 28), 1.6, bone);
      add(scene, thick_line(at(17, 29), at(21, 41), 1.3, 1.3), {.hu = 60});
    }
  }

  // Lamina and spinous process, fullest in the lower half.
  const double process = std::clamp(1 - (level - 2) / 14, 0.35, 1.0);
  const double tip = 40 + 35 * process;
  const std::array<Point, 8> arch{{{0, 32},
                                   {9, 28},
                                   {17, 26},
                                   {19, 33},
                                   {11, 40},
                                   {4, 46},
                                   {3.4, std::max(48.0, tip - 6)},
                                   {0, tip}}};
  add_bone(scene, smooth_symmetric(times(k, arch), 7), 1.5, bone);

  static constexpr std::array<Point, 5> kCanal{{{0, 15}, {9, 17}, {11, 22}, {6, 30}, {0, 34}}};
  add(scene, smooth_symmetric(times(k, kCanal), 7), {.hu = -40, .variation_hu = 6});
  add(scene, ellipse({0, 22.5 * k}, 8 * k, 6.8 * k, 0, 28), {.hu = 28, .variation_hu = 5});
}

}  // namespace myoseg::cohort
