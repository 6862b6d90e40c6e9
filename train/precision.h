// Number formats of the forward pass, and loss scaling for float16.
#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <string>

#include "train/optimizer.h"

namespace myoseg {

enum class Precision { fp32, bf16, fp16 };

// Error(bad_usage) for another word, and for fp16 on a CPU (LibTorch 1.13 has no such
// convolutions).
[[nodiscard]] Precision parse_precision(const std::string& name, at::Device device);

// Whether the device computes with bf16 rather than imitating it, which is many times slower than
// fp32: every GPU that LibTorch serves, processors with AVX512-BF16.
[[nodiscard]] bool has_bf16(at::Device device);

// While it lives, LibTorch computes convolutions and products in that precision; parameters stay
// float32.
class PrecisionScope {
 public:
  PrecisionScope(Precision precision, at::Device device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

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
