#include "data/cohort/limbs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace myoseg::cohort {

void describe(Fields& f, LimbOptions& o, const LimbExtent& extent) {
  f("subjects", o.subjects, between(1, 9999), "How many patients, one scan each.");
  f("first", o.first, between(1, 9999),
    "Number of the first patient; another range gives other patients of the same population.");
  f("site", o.site, one_of({Site::a, Site::b}),
    "b has other patients (older, smaller, more fat in their muscles), spacings, kernel and noise, "
    "for external validation.");
  f("size", o.size, between(32, 1024), "Pixels along a side; the field of view stays.");
  f("slices", o.slices, between(0, extent.most_slices),
    fmt::format(
        "Axial slices in a scan, evenly from hip to {}; 0: as many as the thickness asks for.",
        extent.end));
  f("thickness", o.thickness_mm, Limits{.low = 0.5, .high = 20}.in("mm"),
    fmt::format("Distance of the slices when their number is not given; null: {}.",
                extent.thickness));
  f("noise", o.noise, between(0, 5), "Multiplies the scanners' own noise of 8 to 19 HU.");
  f("reader_sd", o.hand_mm, Limits{.low = 0, .high = 3}.in("mm"),
    "How far a reader's edge strays from the true one, standard deviation.");
  f("readers", o.readers, between(1, 4),
    "Independent readers; the second's labels lie in labelsTr_reader2.");
  f.require(o.slices == 0 || !o.thickness_mm,
            fmt::format("give slices or thickness, not both: from hip to {} one follows from the "
                        "other",
                        extent.end));
  f.require(o.first + o.subjects <= 10000,
            "first + subjects must not exceed 10000: case names have four digits");
}

std::uint64_t person_of(const LimbOptions& o, int number) {
  return static_cast<std::uint64_t>(number + (o.site == Site::b ? 10000 : 0));
}

StackOptions slices_of(const LimbOptions& o, double length_mm, double usual_mm) {
  StackOptions stack;
  stack.size = o.size;
  stack.hand_mm = o.hand_mm;
  stack.readers = o.readers;
  const double wanted = o.thickness_mm.value_or(usual_mm);
  stack.slices = o.slices > 0 ? o.slices : static_cast<int>(std::ceil(length_mm / wanted));
  stack.thickness_mm = o.slices > 0 ? std::round(100 * length_mm / stack.slices) / 100 : wanted;
  stack.labelled_slices = stack.slices;
  return stack;
}

std::string rounded(double value, int digits) { return fmt::format("{:.{}f}", value, digits); }

std::vector<std::pair<std::string, std::string>> person_columns(const LimbOptions& o,
                                                                const Subject& s, int number) {
  return {{"patient", fmt::format("{}{:04}", o.site == Site::b ? "B" : "A", number)},
          {"site", std::string(name_of(s.site))},
          {"age", std::to_string(s.age)},
          {"sex", s.male ? "M" : "F"},
          {"height_m", rounded(s.height_m, 2)},
          {"weight_kg", rounded(s.weight_kg, 1)},
          {"bmi", rounded(s.bmi, 2)}};
}

FolderPlan limb_plan(const LimbOptions& o, const std::string& cohort, int version,
                     std::uint64_t seed, Node options) {
  FolderPlan plan;
  plan.cohort = cohort;
  for (const char c : cohort)
    plan.prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (o.site == Site::b) plan.prefix += "_B";
  plan.first = o.first;
  plan.subjects = o.subjects;
  plan.readers = o.readers;
  plan.settings.set("cohort", Node(cohort));
  plan.settings.set("version", Node(version));
  plan.settings.set("seed", Node(static_cast<std::int64_t>(seed)));
  plan.settings.set("options", std::move(options));
  return plan;
}

}  // namespace myoseg::cohort
