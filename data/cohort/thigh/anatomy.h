// The whole scene of a subject from hip to knee.
#pragma once

#include "data/cohort/anatomy.h"
#include "data/cohort/thigh/inside.h"

namespace myoseg::cohort {

class ThighAnatomy final : public Anatomy {
 public:
  ThighAnatomy(std::uint64_t seed, const Subject& subject);

  [[nodiscard]] Scene scene(double z) const override;  // z: above the femoral heads
  [[nodiscard]] const Warp& warp() const override { return warp_; }
  [[nodiscard]] double level_mm() const override { return level_; }
  [[nodiscard]] double width_mm() const override { return width_; }
  // What a scan from hip to knee covers, mm along the body.
  [[nodiscard]] double length_mm() const { return length_; }
  [[nodiscard]] const ThighBody& body() const { return body_; }

 private:
  ThighBody body_;
  ThighInside inside_;
  double table_ = 0;  // where the body lies on it, mm
  Posture posture_;
  Warp warp_;
  double level_ = 0, length_ = 0, width_ = 0;
};

}  // namespace myoseg::cohort
