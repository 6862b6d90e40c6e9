// The whole L3 scene of a subject, and how the subject lies in the scanner.
#pragma once

#include "data/cohort/anatomy.h"
#include "data/cohort/l3/body.h"
#include "data/cohort/l3/organs.h"

namespace myoseg::cohort {

class L3Anatomy final : public Anatomy {
 public:
  L3Anatomy(std::uint64_t seed, const Subject& subject);

  [[nodiscard]] Scene scene(double z) const override;  // z: above the middle of L3
  [[nodiscard]] const Warp& warp() const override { return warp_; }
  [[nodiscard]] double level_mm() const override { return level_; }
  [[nodiscard]] double width_mm() const override { return width_; }

 private:
  L3Body body_;
  L3Organs organs_;
  Posture posture_;
  Warp warp_;
  double level_, width_;
};

}  // namespace myoseg::cohort
