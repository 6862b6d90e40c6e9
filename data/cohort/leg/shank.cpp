// Muscles, bones and tendons below the knee, template of the left side.
#include "data/cohort/leg/body.h"
#include "data/cohort/tissue.h"

namespace myoseg::cohort {
namespace {

constexpr int kMuscle = 1;  // any label: the caller's is set when it is painted

// {label, fatness, hand, {{z, {x, y, rx, ry, angle, bend}}, ...}}, back to front
const std::array<MusclePath, kShankMuscles>& shank_muscles() {
  // clang-format off
  static const std::array<MusclePath, kShankMuscles> kMuscles{{
      // the deep ones: tibialis posterior and the flexors of the toes
      {kMuscle, 1, 1.2,
       {{-458, { 88, 12,  6,  5}},
        {-500, { 86,  8, 15, 11}},
        {-570, { 83,  6, 18, 12}},
        {-650, { 81,  8, 16, 11}},
        {-720, { 77, 12, 13, 10}},
        {-768, { 72, 15,  7,  6}},
        {-795, { 68, 17,  2,  2}}}},
      // popliteus
      {kMuscle, 1.1, 1.3,
       {{-432, { 96, 20,  6,  4}},
        {-455, { 84, 25, 20,  6}},
        {-490, { 68, 17, 12,  6}},
        {-515, { 61,  6,  4,  4}}}},
      // soleus
      {kMuscle, 1.1, 1,
       {{-455, { 98, 28,  6,  5}},
        {-490, { 92, 28, 20,  9}},
        {-540, { 83, 29, 34, 14}},
        {-600, { 80, 28, 35, 15}},
        {-650, { 79, 28, 29, 14}},
        {-700, { 79, 29, 20, 10}},
        {-740, { 79, 32, 11,  6}},
        {-768, { 79, 37,  4,  3}}}},
      // gastrocnemius, outer head
      {kMuscle, 1.1, 1,
       {{-402, { 96, 36,  5,  4}},
        {-430, { 97, 39, 12,  9}},
        {-470, { 98, 42, 18, 12}},
        {-520, { 98, 45, 20, 13}},
        {-570, { 95, 44, 18, 11}},
        {-610, { 91, 42, 11,  6}},
        {-640, { 87, 41,  4,  3}}}},
      // gastrocnemius, inner head
      {kMuscle, 1.1, 1,
       {{-400, { 58, 36,  5,  4}},
        {-430, { 57, 39, 14, 10}},
        {-470, { 56, 42, 20, 13}},
        {-520, { 57, 46, 23, 15}},
        {-570, { 60, 46, 22, 14}},
        {-620, { 64, 42, 15,  9}},
        {-662, { 70, 40,  5,  3}}}},
      // tibialis anterior
      {kMuscle, 0.8, 1,
       {{-452, { 92, -22,  5,  6}},
        {-490, { 87, -28, 13, 12}},
        {-550, { 84, -30, 15, 15}},
        {-620, { 82, -28, 14, 14}},
        {-690, { 81, -24, 10, 10}},
        {-740, { 79, -24,  6,  6}},
        {-772, { 76, -26,  2,  2}}}},
      // the extensors of the toes
      {kMuscle, 0.9, 1.1,
       {{-455, {104, -14,  5,  6}},
        {-500, {104, -16,  9, 12}},
        {-570, {102, -18, 10, 14}},
        {-650, { 99, -16, 10, 13}},
        {-720, { 95, -16,  9, 10}},
        {-765, { 89, -20,  6,  5}},
        {-790, { 87, -23,  2,  2}}}},
      // peroneus longus and brevis
      {kMuscle, 1, 1.1,
       {{-462, {114, 10,  4,  5}},
        {-500, {116,  2,  7, 12}},
        {-570, {115,  3,  9, 16}},
        {-640, {112,  6,  9, 14}},
        {-710, {106, 12,  7,  9}},
        {-765, {102, 20,  4,  5}},
        {-790, {100, 23,  2,  2}}}}}};
  // clang-format on
  return kMuscles;
}

const std::vector<BonePath>& tibia_paths() {
  // clang-format off
  static const std::vector<BonePath> kPaths{
      {5.5, 2,
       {{-433, { 75,   2, 37, 24}},
        {-450, { 75,   1, 37, 24}},
        {-475, { 72,  -6, 27, 22}},
        {-510, { 66, -15, 17, 18}},
        {-560, { 62, -19, 14, 16}},
        {-650, { 63, -18, 12.5, 14}},
        {-730, { 68, -13, 13, 13}},
        {-775, { 72,  -8, 18, 16}},
        {-805, { 74,  -5, 21, 18}}}},
      // inner ankle
      {1.5, 2,
       {{-785, { 60, -6,  8, 11}},
        {-808, { 54, -6,  6, 11}},
        {-820, { 53, -6,  4,  7}}}}};
  // clang-format on
  return kPaths;
}

const std::vector<BonePath>& fibula_paths() {
  static const std::vector<BonePath> kPaths{{5.1,
                                             2,
                                             {{-446, {108, 18, 6, 6}},
                                              {-462, {108, 18, 10, 9}},
                                              {-500, {105, 18, 6.5, 7}},
                                              {-650, {101, 15, 6, 7}},
                                              {-740, {99, 8, 6.5, 7.5}},
                                              {-795, {101, 2, 8, 10}},
                                              {-818, {102, 2, 7, 10}},
                                              {-834, {101, 3, 4, 6}}}}};
  return kPaths;
}

const std::vector<BonePath>& talus_paths() {
  static const std::vector<BonePath> kPaths{
      {1.3, 2.2, {{-809, {77, -6, 18, 17}}, {-825, {77, -6, 21, 24}}, {-860, {77, -6, 22, 26}}}}};
  return kPaths;
}

// Below the kneecap, and to the heel.
const Sweep kKneeTendon{
    {-408, {77, -45, 12, 3}}, {-450, {74, -40, 11, 3}}, {-480, {70, -34, 9, 3}}};
const Sweep kHeelTendon{{-690, {80, 42, 9, 2}}, {-760, {79, 42, 7, 3.5}}, {-850, {78, 44, 9, 4}}};
// Menisci and cartilage between the bones of the knee.
const Sweep kKneeGap{{-424, {75, 2, 37, 24}}, {-439, {75, 2, 37, 24}}};
const Sweep kVessels{
    {-430, {77, 28, 5, 6}}, {-500, {84, 18, 4, 4}}, {-650, {76, 19, 3, 3}}, {-830, {64, 16, 3, 3}}};

void add_tube(const LegBody& body, const Sweep& path, const Material& material, int side, double z,
              Scene& scene) {
  if (const auto s = section_at(path, z))
    scene.push_back(
        painted(body.upper.place(side, z, section_outline(*s, 2, {}, 24)), material, 0));
}

}  // namespace

void add_shank_muscles(const LegBody& body, double z, int label, Scene& scene) {
  const auto& muscles = shank_muscles();
  for (std::size_t i = 0; i < muscles.size(); ++i)
    for (int side = 0; side < 2; ++side) {
      const std::size_t from = scene.size();
      add_muscle(body.upper, muscles[i], body.shank[i][static_cast<std::size_t>(side)], side, z,
                 scene);
      for (std::size_t k = from; k < scene.size(); ++k)
        if (scene[k].label == kMuscle) scene[k].label = label;
    }
}

void add_shank_bones(const LegBody& body, double z, Scene& scene) {
  const double age = body.upper.subject.age;
  const BoneTissue spongy = bone_tissue(age), shaft = shaft_tissue(age, z);
  for (int side = 0; side < 2; ++side) {
    add_tube(body, kVessels, {.hu = 43, .variation_hu = 3}, side, z, scene);
    add_tube(body, kKneeTendon, {.hu = 85, .variation_hu = 6}, side, z, scene);
    add_tube(body, kHeelTendon, {.hu = 85, .variation_hu = 6}, side, z, scene);
    if (z <= kKneeJoint) add_tube(body, kKneeGap, {.hu = 80, .variation_hu = 12}, side, z, scene);
    add_bone_paths(body.upper, talus_paths(), side, z, spongy, 0, scene);
    add_bone_paths(body.upper, tibia_paths(), side, z, shaft, 0, scene);
    add_bone_paths(body.upper, fibula_paths(), side, z, shaft, 0, scene);
  }
}

}  // namespace myoseg::cohort
