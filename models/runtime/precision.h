// Number formats of the forward pass.
#pragma once

#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>

#include <array>
#include <memory>
#include <optional>
#include <string_view>

#include "core/choice.h"

namespace myoseg {

// fp16 is for GPUs: LibTorch 1.13 has no such convolutions on a CPU. automatic is bf16 on a GPU,
// else fp32.
enum class Precision { fp32, bf16, fp16, automatic };
constexpr auto choice_names(Precision) {
  return std::to_array<std::string_view>({"fp32", "bf16", "fp16", "auto"});
}
// What automatic stands for on the device; the others stand for themselves.
[[nodiscard]] Precision precision_on(at::Device device, Precision precision);

// Error(bad_usage) when the device does not compute in it.
void require_precision(Precision precision, at::Device device);

// Whether the device computes with bf16 rather than imitating it, which is many times slower than
// fp32: every GPU that LibTorch serves, processors with AVX512-BF16.
[[nodiscard]] bool has_bf16(at::Device device);

// In what this thread computes convolutions and products, by device; empty: as the numbers come.
struct RunningPrecision {
  std::optional<at::ScalarType> cpu, cuda;
};
[[nodiscard]] RunningPrecision running_precision();

// While it lives, LibTorch computes convolutions and products in that precision; parameters stay
// float32.
class PrecisionScope {
 public:
  // Not for automatic, see precision_on().
  PrecisionScope(Precision precision, at::Device device);
  // As it was elsewhere. Weights are converted at every use: a conversion that was made without
  // gradients, and kept, would cut off those of a later use.
  explicit PrecisionScope(const RunningPrecision& running);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
