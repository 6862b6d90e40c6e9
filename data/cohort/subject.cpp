#include "data/cohort/subject.h"

#include <algorithm>
#include <cmath>

namespace myoseg::cohort {

const char* name(Contrast contrast) {
  switch (contrast) {
    case Contrast::none:
      return "none";
    case Contrast::arterial:
      return "arterial";
    default:
      return "portal";
  }
}

Subject draw_subject(std::uint64_t seed, std::uint64_t number, Site site, double share_b,
                     const Population& population) {
  // A stream for each question, so that one more draw for one of them changes no other.
  Random place(seed, "cohort site", {number});
  Random who(seed, "cohort subject", {number});
  Random body(seed, "cohort composition", {number});
  Random exam(seed, "cohort contrast", {number});

  Subject s;
  s.number = number;
  s.site = site == Site::mixed ? (place.chance(share_b) ? Site::b : Site::a) : site;
  s.male = who.chance(0.52);
  s.age = static_cast<int>(std::lround(std::clamp(who.normal(population.age, population.age_sd),
                                                  population.youngest, population.oldest)));
  const double shrink = 0.0006 * std::max(0, s.age - 45);
  s.height_m = std::round(100 * (who.normal((s.male ? 1.765 : 1.635) + population.height_m, 0.065) -
                                 shrink)) /
               100;
  const double bmi = std::clamp(
      who.normal((s.male ? 26.6 : 26.0) + population.bmi + 0.02 * (s.age - 58), 4.3), 17.5, 37.5);
  s.weight_kg = std::round(10 * bmi * s.height_m * s.height_m) / 10;
  s.bmi = s.weight_kg / (s.height_m * s.height_m);

  const double years = s.age - 58, weight = s.bmi - 26;
  const double expected =
      (s.male ? 51 - 0.19 * years + 0.80 * weight : 40 - 0.11 * years + 0.60 * weight) +
      population.muscularity;
  s.muscularity = std::clamp(expected + body.normal(0, s.male ? 4.8 : 4.0), 31.0, 69.0);
  const double wasted = expected - s.muscularity;
  s.fat_share = std::clamp(0.055 + 0.0012 * years + 0.0020 * weight + (s.male ? 0 : 0.010) +
                               population.fat_share + 0.0010 * wasted + body.normal(0, 0.010),
                           0.012, 0.16);
  s.lean_hu = 56 - 0.10 * years + body.normal(0, 2.5);
  s.visceral = std::clamp(body.normal(s.male ? 0.62 : 0.40, 0.12), 0.15, 0.85);

  const double u = exam.uniform();
  if (s.site == Site::a)
    s.contrast = u < 0.35 ? Contrast::none : u < 0.45 ? Contrast::arterial : Contrast::portal;
  else
    s.contrast = u < 0.15 ? Contrast::none : u < 0.50 ? Contrast::arterial : Contrast::portal;
  return s;
}

Scanner draw_scanner(std::uint64_t seed, const Subject& subject, double field_mm, int pixels,
                     double widest_mm) {
  Random random(seed, "cohort scanner", {subject.number});
  Scanner scanner;
  const bool a = subject.site == Site::a;
  // Technicians choose the field of view for the patient; site b opens it wider and in steps.
  const double wanted = (field_mm + random.uniform(a ? 8 : 25, a ? 40 : 60)) / 512;
  const double fine = std::clamp(wanted, 0.70, widest_mm);
  const double spacing = a ? std::round(fine * 1000) / 1000 : std::ceil(fine * 20 - 1e-9) / 20;
  scanner.spacing_mm = spacing * 512 / pixels;
  scanner.blur_mm = a ? random.uniform(0.55, 0.70) : random.uniform(0.38, 0.50);
  scanner.noise_grain = a ? random.uniform(0.40, 0.55) : random.uniform(-0.05, 0.15);
  const double base = a ? random.uniform(8, 13) : random.uniform(13, 19);
  scanner.noise_hu = base * (1 + 0.02 * (subject.bmi - 26));
  scanner.round_field = a;
  return scanner;
}

}  // namespace myoseg::cohort
