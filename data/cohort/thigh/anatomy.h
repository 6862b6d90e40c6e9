// The whole scene of a subject from hip to knee.
#pragma once

#include "data/cohort/anatomy.h"
#include "data/cohort/thigh/inside.h"

namespace myoseg::cohort {

// How a patient came to lie in the scanner.
struct Lying {
  Posture posture;
  double table_mm = 0;  // the table's upper side, before the posture's offset
  double width_mm = 0;
  double top_mm = 0, bottom_mm = 0;  // how far the scan's ends miss the planned ones, upwards
};
// `skins`: of the whole body.
[[nodiscard]] Lying lie_down(std::uint64_t seed, const Subject& subject,
                             const std::vector<Outline>& skins);
[[nodiscard]] Warp draw_leg_warp(std::uint64_t seed, const Subject& subject,
                                 const Posture& posture);
void add_table(const Subject& subject, const Lying& lying, Scene& scene);

// From outside to inside: skin with the fat below it, what lies in that fat comes next; the fascia,
// which the muscles then fill.
void add_skin(const std::vector<Outline>& skins, Scene& scene);
void add_fascia(const std::vector<Outline>& fascias, Scene& scene);
// All of the thigh but the table; `z`: template height.
void add_thigh(const ThighBody& body, const ThighInside& inside, double z, Scene& scene);

class ThighAnatomy final : public Anatomy {
 public:
  ThighAnatomy(std::uint64_t seed, const Subject& subject);

  [[nodiscard]] Scene scene(double z) const override;  // z: above the femoral heads
  [[nodiscard]] const Warp& warp() const override { return warp_; }
  [[nodiscard]] double level_mm() const override { return level_; }
  [[nodiscard]] double width_mm() const override { return lying_.width_mm; }
  // What a scan from hip to knee covers, mm along the body.
  [[nodiscard]] double length_mm() const { return length_; }
  [[nodiscard]] const ThighBody& body() const { return body_; }

 private:
  ThighBody body_;
  ThighInside inside_;
  Lying lying_;
  Warp warp_;
  double level_ = 0, length_ = 0;
};

}  // namespace myoseg::cohort
