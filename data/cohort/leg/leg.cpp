// Cohort `leg`: CT volumes of both lower limbs from the hip joints to the ankle joints, all muscle
// in one label, as Baek 2023 projects them to radiographs.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/table/table.h"
#include "data/cohort/cohort.h"
#include "data/cohort/leg/anatomy.h"
#include "data/cohort/limbs.h"

namespace myoseg {
namespace {

constexpr int kVersion = 1;  // raised when the same settings would give other pictures

struct LegOptions : cohort::LimbOptions {
  LegOptions() { subjects = 200, size = 192; }
};
void describe(Fields& f, LegOptions& o) { cohort::describe(f, o, {"ankle", "4", 1000}); }

// Who has a knee operated.
cohort::Population population(cohort::Site site) {
  if (site == cohort::Site::a)
    return {.age = 68, .age_sd = 10, .youngest = 40, .oldest = 92, .bmi = -0.5};
  return {.age = 74,
          .age_sd = 8,
          .youngest = 50,
          .oldest = 95,
          .height_m = -0.05,
          .bmi = -1,
          .muscularity = -2,
          .fat_share = 0.02};
}

// Of the voxels that are labelled, whole ones.
double volume_ml(const LabelMap& map) {
  const Geometry& g = map.geometry;
  const auto count = std::count(map.voxels.begin(), map.voxels.end(), cohort::kLegMuscle);
  return static_cast<double>(count) * g.spacing[0] * g.spacing[1] * g.spacing[2] / 1000;
}

cohort::CohortCase make_case(const LegOptions& o, std::uint64_t seed, int number) {
  const std::uint64_t who = cohort::person_of(o, number);
  cohort::Subject s = cohort::draw_subject(seed, who, o.site, 0, population(o.site));
  s.contrast = cohort::Contrast::none;
  const cohort::LegAnatomy anatomy(seed, s);
  cohort::Scanner scanner = cohort::draw_scanner(seed, s, anatomy.width_mm(), o.size, 0.98);
  scanner.noise_hu *= o.noise;
  cohort::StackOptions stack = cohort::slices_of(o, anatomy.length_mm(), 4);
  stack.last_muscle = cohort::kLegMuscle;

  cohort::CohortCase made;
  made.stack = cohort::make_stack(seed, who, anatomy, scanner, stack);
  Random clinic(seed, "cohort leg smi", {who});
  const double smi = anatomy.body().upper.smi + clinic.normal(0, 0.12);
  made.attributes = cohort::person_columns(o, s, number);
  made.attributes.insert(
      made.attributes.end(),
      {{"smi", cohort::rounded(smi, 2)},
       {"muscle_volume_ml", cohort::rounded(volume_ml(made.stack.labels.front()), 1)},
       {"muscle_hu", cohort::rounded(made.stack.muscle_hu, 2)}});
  return made;
}

void make_leg(const LegOptions& o, const std::filesystem::path& out, std::uint64_t seed) {
  cohort::FolderPlan plan =
      cohort::limb_plan(o, "leg", kVersion, seed, write_fields(o, Written::hashed));
  plan.name = "VirtualLeg";
  plan.description =
      "Simulated CT of both lower limbs from hip joints to ankle joints; no patient's data.";
  plan.labels = {"background", "muscle"};
  cohort::write_folder(out, plan, [&](int number) { return make_case(o, seed, number); });
}

}  // namespace

extern const CohortEntry kLeg;
const CohortEntry kLeg = entry<CohortEntry, LegOptions, make_leg>(
    "leg",
    "Both lower limbs from hip to ankle: all muscle in one label; covariates of the patients.");

}  // namespace myoseg
