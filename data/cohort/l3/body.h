// The abdomen at the third lumbar vertebra, patient supine. Template coordinates: origin in the
// vertebral body, x to the patient's left, y to the back, z upwards from the middle of L3; mm.
#pragma once

#include <array>

#include "data/cohort/scene.h"
#include "data/cohort/subject.h"

namespace myoseg::cohort {

enum L3Label : int { rectus = 1, abdominal_wall, psoas, quadratus, erector };

// Everything about a subject's L3 that does not change from slice to slice.
struct L3Body {
  Subject subject;
  double skeleton = 1;                          // size of bones, 1 = 1.75 m tall man
  double muscle = 1;                            // linear size of all muscles for this skeleton
  std::array<std::array<double, 2>, 6> part{};  // relative size by label and side (right, left)
  std::array<Lobes, 2> psoas_lobes{}, quadratus_lobes{};

  double cavity_half_width = 120;  // inside the abdominal wall
  double cavity_front = 90;        // from the origin to the inside of the anterior wall
  double fat_front = 15, fat_side = 18, fat_back = 16, fat_midline = 8;  // subcutaneous, mm
  double plane_mm = 0.8;      // fat between the layers of the wall
  double linea_half_mm = 6;   // half the distance of the two recti
  double enhancement_hu = 0;  // of muscle, by contrast phase

  // The fascia around all muscles from the anterior to the posterior midline along the left side;
  // `knots` are the indices of the points where the layers of the wall end.
  struct Fascia {
    Path half;
    std::size_t flank = 0, raphe = 0;
  };
  [[nodiscard]] Fascia fascia() const;
  [[nodiscard]] Outline skin() const;
  [[nodiscard]] double wall_mm() const;                        // whole thickness at the flank
  [[nodiscard]] double back_y() const;                         // the fascia's most posterior point
  [[nodiscard]] Point psoas_centre(int side, double z) const;  // side 0: right, 1: left
  [[nodiscard]] double psoas_radius(int side) const;
};

// Sizes follow the subject's covariates; the muscles' size is solved so that their area at z = 0 is
// the subject's expected SMI times height squared.
[[nodiscard]] L3Body draw_l3_body(std::uint64_t seed, const Subject& subject);

void add_l3_muscles(const L3Body& body, double z, Scene& scene);
void add_l3_spine(const L3Body& body, double z, Scene& scene);

}  // namespace myoseg::cohort
