// Cohort `l3`: axial CT slices at the third lumbar vertebra, five muscles labelled (Kreher 2022).
#include "core/error.h"
#include "core/table/table.h"
#include "data/cohort/cohort.h"
#include "data/cohort/folder.h"
#include "data/cohort/l3/anatomy.h"

namespace myoseg {
namespace {

constexpr int kVersion = 2;  // raised when the same settings would give other pictures or cells

struct L3Options {
  int subjects = 130;
  int first = 1;
  cohort::Site site = cohort::Site::a;
  double share_b = 0.3;
  double noise = 1;
  cohort::StackOptions stack;
};

void describe(Fields& f, L3Options& o) {
  f("subjects", o.subjects, between(1, 9999), "How many patients, one scan each.");
  f("first", o.first, between(1, 9999),
    "Number of the first patient; another range gives other patients of the same population.");
  f("site", o.site,
    "b differs in spacing, kernel, noise and contrast phase, for external validation.");
  f("share_b", o.share_b, kFraction, "Share of site b when the site is mixed.");
  f("size", o.stack.size, between(32, 1024), "Pixels along a side; the field of view stays.");
  f("slices", o.stack.slices, between(1, 7), "Axial slices in a scan.");
  f("labelled_slices", o.stack.labelled_slices, between(1, 7),
    "Of these, the middle ones are labelled.");
  f("thickness", o.stack.thickness_mm, Limits{.low = 0.5, .high = 5}.in("mm"),
    "Distance of the slices.");
  f("noise", o.noise, between(0, 5), "Multiplies the scanners' own noise of 8 to 19 HU.");
  f("reader_sd", o.stack.hand_mm, Limits{.low = 0, .high = 3}.in("mm"),
    "How far a reader's edge strays from the true one, standard deviation.");
  f("readers", o.stack.readers, between(1, 4),
    "Independent readers; the second's labels lie in labelsTr_reader2.");
  f.require(o.stack.labelled_slices <= o.stack.slices, "labelled_slices must not exceed slices");
  f.require((o.stack.slices - o.stack.labelled_slices) % 2 == 0,
            "slices and labelled_slices must both be even or both odd, so that the labelled ones "
            "lie in the middle");
  f.require(o.first + o.subjects <= 10000,
            "first + subjects must not exceed 10000: case names have four digits");
}

cohort::CohortCase make_case(const L3Options& o, std::uint64_t seed, int number) {
  const auto who = static_cast<std::uint64_t>(number);
  const cohort::Subject s = cohort::draw_subject(seed, who, o.site, o.share_b);
  const cohort::L3Anatomy anatomy(seed, s);
  cohort::Scanner scanner = cohort::draw_scanner(seed, s, anatomy.width_mm(), o.stack.size);
  scanner.noise_hu *= o.noise;
  cohort::CohortCase made;
  made.stack = cohort::make_stack(seed, who, anatomy, scanner, o.stack);
  const double smi = made.stack.muscle_cm2 / (s.height_m * s.height_m);
  const auto rounded = [](double value, int digits) {
    return fmt::format("{:.{}f}", value, digits);
  };
  made.attributes = {{"patient", fmt::format("P{:04}", number)},
                     {"site", std::string(name_of(s.site))},
                     {"age", std::to_string(s.age)},
                     {"sex", s.male ? "M" : "F"},
                     {"height_m", rounded(s.height_m, 2)},
                     {"l3_slice", "all"},
                     {"weight_kg", rounded(s.weight_kg, 1)},
                     {"bmi", rounded(s.bmi, 2)},
                     {"smi", rounded(smi, 2)},
                     {"muscle_area_cm2", rounded(made.stack.muscle_cm2, 2)},
                     {"muscle_hu", rounded(made.stack.muscle_hu, 2)},
                     {"contrast", cohort::name(s.contrast)}};
  return made;
}

void make_l3(const L3Options& o, const std::filesystem::path& out, std::uint64_t seed) {
  cohort::FolderPlan plan;
  plan.cohort = "l3";
  plan.name = "VirtualL3";
  plan.description =
      "Simulated axial CT at the third lumbar vertebra; no patient's data. Labels in the middle "
      "slices only.";
  plan.prefix = "L3";
  plan.labels = {"background",  "rectus_abdominis",   "abdominal_wall",
                 "psoas_major", "quadratus_lumborum", "erector_spinae"};
  plan.first = o.first;
  plan.subjects = o.subjects;
  plan.readers = o.stack.readers;
  plan.settings.set("cohort", Node("l3"));
  plan.settings.set("version", Node(kVersion));
  plan.settings.set("seed", Node(static_cast<std::int64_t>(seed)));
  plan.settings.set("options", write_fields(o, Written::hashed));
  cohort::write_folder(out, plan, [&](int number) { return make_case(o, seed, number); });
}

}  // namespace

extern const CohortEntry kL3;
const CohortEntry kL3 = entry<CohortEntry, L3Options, make_l3>(
    "l3",
    "Axial slices at the third lumbar vertebra with five muscles; covariates of the patients.");

}  // namespace myoseg
