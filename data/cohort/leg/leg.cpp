// Cohort `leg`: CT volumes of both lower limbs from the hip joints to the ankle joints, all muscle
// in one label, as Baek 2023 projects them to radiographs.
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/table/table.h"
#include "data/cohort/cohort.h"
#include "data/cohort/folder.h"
#include "data/cohort/leg/anatomy.h"

namespace myoseg {
namespace {

constexpr int kVersion = 1;  // raised when the same settings would give other pictures

struct LegOptions {
  int subjects = 200;
  int first = 1;
  cohort::Site site = cohort::Site::a;
  int size = 192;
  int slices = 0;
  std::optional<double> thickness_mm;
  double noise = 1;
  double hand_mm = cohort::StackOptions().hand_mm;
  int readers = 1;
};

void describe(Fields& f, LegOptions& o) {
  f("subjects", o.subjects, between(1, 9999), "How many patients, one scan each.");
  f("first", o.first, between(1, 9999),
    "Number of the first patient; another range gives other patients of the same population.");
  f("site", o.site, one_of({cohort::Site::a, cohort::Site::b}),
    "b has other patients (older, smaller, more fat in their muscles), spacings, kernel and noise, "
    "for external validation.");
  f("size", o.size, between(32, 1024), "Pixels along a side; the field of view stays.");
  f("slices", o.slices, between(0, 1000),
    "Axial slices in a scan, evenly from hip to ankle; 0: as many as the thickness asks for.");
  f("thickness", o.thickness_mm, Limits{.low = 0.5, .high = 20}.in("mm"),
    "Distance of the slices when their number is not given; null: 4.");
  f("noise", o.noise, between(0, 5), "Multiplies the scanners' own noise of 8 to 19 HU.");
  f("reader_sd", o.hand_mm, Limits{.low = 0, .high = 3}.in("mm"),
    "How far a reader's edge strays from the true one, standard deviation.");
  f("readers", o.readers, between(1, 4),
    "Independent readers; the second's labels lie in labelsTr_reader2.");
  f.require(o.slices == 0 || !o.thickness_mm,
            "give slices or thickness, not both: from hip to ankle one follows from the other");
  f.require(o.first + o.subjects <= 10000,
            "first + subjects must not exceed 10000: case names have four digits");
}

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
  const bool b = o.site == cohort::Site::b;
  // Nobody is a patient of both sites.
  const auto who = static_cast<std::uint64_t>(number + (b ? 10000 : 0));
  cohort::Subject s = cohort::draw_subject(seed, who, o.site, 0, population(o.site));
  s.contrast = cohort::Contrast::none;
  const cohort::LegAnatomy anatomy(seed, s);
  cohort::Scanner scanner = cohort::draw_scanner(seed, s, anatomy.width_mm(), o.size, 0.98);
  scanner.noise_hu *= o.noise;
  cohort::StackOptions stack;
  stack.size = o.size;
  stack.hand_mm = o.hand_mm;
  stack.readers = o.readers;
  stack.last_muscle = cohort::kLegMuscle;
  const double wanted = o.thickness_mm.value_or(4);
  stack.slices =
      o.slices > 0 ? o.slices : static_cast<int>(std::ceil(anatomy.length_mm() / wanted));
  stack.thickness_mm =
      o.slices > 0 ? std::round(100 * anatomy.length_mm() / stack.slices) / 100 : wanted;
  stack.labelled_slices = stack.slices;

  cohort::CohortCase made;
  made.stack = cohort::make_stack(seed, who, anatomy, scanner, stack);
  Random clinic(seed, "cohort leg smi", {who});
  const double smi = anatomy.body().upper.smi + clinic.normal(0, 0.12);
  const auto rounded = [](double value, int digits) {
    return fmt::format("{:.{}f}", value, digits);
  };
  made.attributes = {{"patient", fmt::format("{}{:04}", b ? "B" : "A", number)},
                     {"site", std::string(name_of(s.site))},
                     {"age", std::to_string(s.age)},
                     {"sex", s.male ? "M" : "F"},
                     {"height_m", rounded(s.height_m, 2)},
                     {"weight_kg", rounded(s.weight_kg, 1)},
                     {"bmi", rounded(s.bmi, 2)},
                     {"smi", rounded(smi, 2)},
                     {"muscle_volume_ml", rounded(volume_ml(made.stack.labels.front()), 1)},
                     {"muscle_hu", rounded(made.stack.muscle_hu, 2)}};
  return made;
}

void make_leg(const LegOptions& o, const std::filesystem::path& out, std::uint64_t seed) {
  cohort::FolderPlan plan;
  plan.cohort = "leg";
  plan.name = "VirtualLeg";
  plan.description =
      "Simulated CT of both lower limbs from hip joints to ankle joints; no patient's data.";
  plan.prefix = o.site == cohort::Site::b ? "LEG_B" : "LEG";
  plan.labels = {"background", "muscle"};
  plan.first = o.first;
  plan.subjects = o.subjects;
  plan.readers = o.readers;
  plan.settings.set("cohort", Node("leg"));
  plan.settings.set("version", Node(kVersion));
  plan.settings.set("seed", Node(static_cast<std::int64_t>(seed)));
  plan.settings.set("options", write_fields(o, Written::hashed));
  cohort::write_folder(out, plan, [&](int number) { return make_case(o, seed, number); });
}

}  // namespace

extern const CohortEntry kLeg;
const CohortEntry kLeg = entry<CohortEntry, LegOptions, make_leg>(
    "leg",
    "Both lower limbs from hip to ankle: all muscle in one label; covariates of the patients.");

}  // namespace myoseg
