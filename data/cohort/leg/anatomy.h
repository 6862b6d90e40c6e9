// The whole scene of a subject from the hip joints to the ankle joints.
#pragma once

#include "data/cohort/leg/body.h"
#include "data/cohort/thigh/anatomy.h"

namespace myoseg::cohort {

inline constexpr int kLegMuscle = 1;  // the only label

class LegAnatomy final : public Anatomy {
 public:
  LegAnatomy(std::uint64_t seed, const Subject& subject);

  [[nodiscard]] Scene scene(double z) const override;  // z: above the femoral heads
  [[nodiscard]] const Warp& warp() const override { return warp_; }
  [[nodiscard]] double level_mm() const override { return level_; }
  [[nodiscard]] double width_mm() const override { return lying_.width_mm; }
  // What a scan covers, mm along the body.
  [[nodiscard]] double length_mm() const { return length_; }
  [[nodiscard]] const LegBody& body() const { return body_; }

 private:
  LegBody body_;
  ThighInside inside_;
  Lying lying_;
  Warp warp_;
  double level_ = 0, length_ = 0;
};

}  // namespace myoseg::cohort
