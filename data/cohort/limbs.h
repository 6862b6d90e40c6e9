// What the cohorts of lower limbs share: options, how a limb is cut into slices, columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fields/fields.h"
#include "data/cohort/folder.h"
#include "data/cohort/stack.h"
#include "data/cohort/subject.h"

namespace myoseg::cohort {

struct LimbOptions {
  int subjects = 1;
  int first = 1;
  Site site = Site::a;
  int size = 512;
  int slices = 0;
  std::optional<double> thickness_mm;
  double noise = 1;
  double hand_mm = StackOptions().hand_mm;
  int readers = 1;
};
// From the hip to where, and what is usual there.
struct LimbExtent {
  std::string_view end;        // "knee"
  std::string_view thickness;  // "4"
  int most_slices = 0;
};
void describe(Fields& f, LimbOptions& o, const LimbExtent& extent);

// Who the cohort's patient of that number is: nobody is a patient of both sites.
[[nodiscard]] std::uint64_t person_of(const LimbOptions& o, int number);
// Slices, all labelled, over `length_mm`: as many as are asked for, or `usual_mm` apart.
[[nodiscard]] StackOptions slices_of(const LimbOptions& o, double length_mm, double usual_mm);

[[nodiscard]] std::string rounded(double value, int digits);
// patient, site, age, sex, height_m, weight_kg, bmi.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> person_columns(const LimbOptions& o,
                                                                              const Subject& s,
                                                                              int number);
// Cases "THIGH_0001" of the cohort "thigh", at site b "THIGH_B_0001"; `options`: as they are
// hashed.
[[nodiscard]] FolderPlan limb_plan(const LimbOptions& o, const std::string& cohort, int version,
                                   std::uint64_t seed, Node options);

}  // namespace myoseg::cohort
