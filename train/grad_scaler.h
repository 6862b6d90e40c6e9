// Loss scaling for float16.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>

#include "models/weights/safetensors.h"

namespace myoseg {

// Gradients in float16 fall below its smallest number; the loss is multiplied by a factor that
// halves when they overflow and doubles after 2000 good steps (Micikevicius et al., Mixed Precision
// Training, ICLR 2018).
class GradScaler {
 public:
  explicit GradScaler(bool enabled) : enabled_(enabled) {}

  [[nodiscard]] at::Tensor scale(const at::Tensor& loss) const;
  // Divides the gradients by the factor and adapts it; false when one is infinite or NaN: leave
  // that step out.
  [[nodiscard]] bool unscale(const NamedTensors& parameters);

  double factor = 65536;        // saved in checkpoints, as is:
  std::int64_t good_steps = 0;  // since the factor last changed

 private:
  bool enabled_;
};

}  // namespace myoseg
