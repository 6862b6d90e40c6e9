// Cohort `thigh`: CT volumes of both legs from hip to knee, 27 muscles and two bones labelled (Kim
// 2024; the three groups of Kim 2025 are a merge of them).
#include <cmath>

#include "core/error.h"
#include "core/table/table.h"
#include "data/cohort/cohort.h"
#include "data/cohort/limbs.h"
#include "data/cohort/thigh/anatomy.h"

namespace myoseg {
namespace {

constexpr int kVersion = 1;  // raised when the same settings would give other pictures

struct ThighOptions : cohort::LimbOptions {
  ThighOptions() { subjects = 72; }
};
void describe(Fields& f, ThighOptions& o) {
  cohort::describe(f, o, {"knee", "the site's, 5 (a) or 4 (b)", 400});
}

cohort::Population population(cohort::Site site) {
  if (site == cohort::Site::a)
    return {.age = 70, .age_sd = 11, .youngest = 50, .oldest = 95, .bmi = -1.5};
  return {.age = 77,
          .age_sd = 9,
          .youngest = 50,
          .oldest = 97,
          .height_m = -0.05,
          .bmi = -2,
          .muscularity = -2,
          .fat_share = 0.02};
}

// Below it a patient is sarcopenic (AWGS 2019), kg/m^2.
double sarcopenia_below(bool male) { return male ? 7.0 : 5.4; }

cohort::CohortCase make_case(const ThighOptions& o, std::uint64_t seed, int number) {
  const std::uint64_t who = cohort::person_of(o, number);
  cohort::Subject s = cohort::draw_subject(seed, who, o.site, 0, population(o.site));
  s.contrast = cohort::Contrast::none;
  const cohort::ThighAnatomy anatomy(seed, s);
  cohort::Scanner scanner = cohort::draw_scanner(seed, s, anatomy.width_mm(), o.size, 0.98);
  scanner.noise_hu *= o.noise;
  cohort::StackOptions stack =
      cohort::slices_of(o, anatomy.length_mm(), o.site == cohort::Site::b ? 4 : 5);
  stack.last_muscle = cohort::kThighMuscles;

  cohort::CohortCase made;
  made.stack = cohort::make_stack(seed, who, anatomy, scanner, stack);
  Random clinic(seed, "cohort thigh smi", {who});
  const double smi = std::round(100 * (anatomy.body().smi + clinic.normal(0, 0.12))) / 100;
  const double muscle_ml = made.stack.muscle_cm2 * stack.slices * stack.thickness_mm / 10;
  made.attributes = cohort::person_columns(o, s, number);
  made.attributes.insert(made.attributes.end(),
                         {{"smi", cohort::rounded(smi, 2)},
                          {"sarcopenia", smi < sarcopenia_below(s.male) ? "1" : "0"},
                          {"muscle_ml", cohort::rounded(muscle_ml, 1)},
                          {"muscle_hu", cohort::rounded(made.stack.muscle_hu, 2)}});
  return made;
}

void make_thigh(const ThighOptions& o, const std::filesystem::path& out, std::uint64_t seed) {
  cohort::FolderPlan plan =
      cohort::limb_plan(o, "thigh", kVersion, seed, write_fields(o, Written::hashed));
  plan.name = "VirtualThigh";
  plan.description = "Simulated CT of both legs from hip to knee; no patient's data.";
  plan.labels = {"background",
                 "sartorius",
                 "rectus_femoris",
                 "vastus_lateralis",
                 "vastus_intermedius",
                 "vastus_medialis",
                 "adductor_magnus",
                 "adductor_brevis",
                 "adductor_longus",
                 "gracilis",
                 "pectineus",
                 "semitendinosus",
                 "semimembranosus",
                 "biceps_femoris",
                 "gluteus_maximus",
                 "gluteus_medius",
                 "gluteus_minimus",
                 "fascia_latae",
                 "piriformis",
                 "obturator_internus",
                 "obturator_externus",
                 "quadratus_femoris",
                 "iliacus",
                 "iliopsoas",
                 "psoas",
                 "abdominal_oblique",
                 "rectus_abdominis",
                 "multifidus",
                 "femur",
                 "iliac_bone"};
  cohort::write_folder(out, plan, [&](int number) { return make_case(o, seed, number); });
}

}  // namespace

extern const CohortEntry kThigh;
const CohortEntry kThigh = entry<CohortEntry, ThighOptions, make_thigh>(
    "thigh",
    "Both legs from hip to knee: 27 muscles, femur and iliac bone; covariates of the patients.");

}  // namespace myoseg
