// What the engine asks of a body: a cohort is an anatomy plus a table of labels.
#pragma once

#include "data/cohort/scene.h"
#include "data/cohort/warp.h"

namespace myoseg::cohort {

class Anatomy {
 public:
  virtual ~Anatomy() = default;
  // Everything at `z` mm along the body (upwards), back to front.
  [[nodiscard]] virtual Scene scene(double z) const = 0;
  [[nodiscard]] virtual const Warp& warp() const = 0;
  [[nodiscard]] virtual double level_mm() const = 0;  // z of the stack's middle slice
  [[nodiscard]] virtual double width_mm() const = 0;  // what the field of view must hold
};

}  // namespace myoseg::cohort
