// Virtual patients: who they are and how they were scanned.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "core/choice.h"
#include "data/cohort/canvas.h"

namespace myoseg::cohort {

// Of a subject a or b; of a cohort also both.
enum class Site { a, b, mixed };
constexpr auto choice_names(Site) { return std::to_array<std::string_view>({"a", "b", "mixed"}); }

enum class Contrast { none, arterial, portal };
[[nodiscard]] const char* name(Contrast contrast);

// Covariates as a clinic would record them; the relations are listed in docs/virtual-cohort.md.
struct Subject {
  std::uint64_t number = 0;
  Site site = Site::a;
  bool male = false;
  int age = 0;             // years
  double height_m = 0;     // whole cm
  double weight_kg = 0;    // one decimal
  double bmi = 0;          // of the two above, kg/m^2
  double muscularity = 0;  // expected skeletal muscle index at L3, cm^2/m^2
  double fat_share = 0;    // of the muscles' area, 0..1
  double lean_hu = 0;      // of muscle without its fat, unenhanced
  double visceral = 0;     // share of abdominal fat inside the cavity, 0..1
  Contrast contrast = Contrast::none;
};

// Whom a hospital sees, where that is not the whole adult population.
struct Population {
  double age = 58, age_sd = 15, youngest = 20, oldest = 90;  // years
  double height_m = 0, bmi = 0;                              // added to the means of the sexes
  double muscularity = 0;  // added to the expected index, cm^2/m^2
  double fat_share = 0;    // added to the share of fat in muscle
};

// A mixed site has this share of b. The same for any number of subjects.
[[nodiscard]] Subject draw_subject(std::uint64_t seed, std::uint64_t number, Site site,
                                   double share_b, const Population& population = {});
// `field_mm`: the width that must be in the picture; `pixels` along a side. At 512 pixels the
// spacing lies between 0.7 mm and `widest_mm`; with fewer the field of view stays.
[[nodiscard]] Scanner draw_scanner(std::uint64_t seed, const Subject& subject, double field_mm,
                                   int pixels, double widest_mm = 0.90);

}  // namespace myoseg::cohort
