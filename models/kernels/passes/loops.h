// The loops over channels-last numbers that norms, activations and poolings are made of, compiled
// once for each instruction set, as models/kernels/micro/ is.
#pragma once

#include <cstdint>

namespace myoseg::kernels {

// Numbers that lie side by side: whole places of `pattern` numbers one after another. What belongs
// to a channel is given as tables of `pattern` numbers: those of one place, or of several when
// channels are few, so that loops are long.
//
// v = scale * x + shift, and z = v where it is positive or slope * v where it is not.
struct RowTables {
  std::int64_t pattern = 0;
  const float *scale = nullptr, *shift = nullptr;
  float slope = 1;
};

// z, plus `addend` before the activation where that is not null.
struct ActivateRows {
  RowTables tables;
  const float *x = nullptr, *addend = nullptr;
  float* z = nullptr;  // may be x
  std::int64_t count = 0;
};

// Adds x and x * x to sums of `pattern` numbers each.
struct SumRows {
  std::int64_t pattern = 0;
  const float* x = nullptr;
  std::int64_t count = 0;
  double *sum = nullptr, *square = nullptr;  // square: or null
  float* scratch = nullptr;                  // 2 * pattern
};

// g = dz where v is positive, or slope * dz. Adds g and g * (x - mean) to sums.
struct GradientSumRows {
  RowTables tables;
  const float* mean = nullptr;
  const float *x = nullptr, *dz = nullptr;
  std::int64_t count = 0;
  double *sum = nullptr, *product = nullptr;
  float* scratch = nullptr;  // 2 * pattern
};

// Adds dz * v where v is not positive.
struct SlopeSumRows {
  RowTables tables;
  const float *x = nullptr, *dz = nullptr;
  std::int64_t count = 0;
  double* sum = nullptr;
  float* scratch = nullptr;  // 2 * pattern
};

// dx = a * g + b * x + c.
struct GradientRows {
  RowTables tables;
  const float *a = nullptr, *b = nullptr, *c = nullptr;
  const float *x = nullptr, *dz = nullptr;
  float* dx = nullptr;  // may be dz
  std::int64_t count = 0;
};

// The largest of `taps` places and which of them it is; the other way round what was the largest
// gets the gradient and the rest of them nothing.
struct PoolRows {
  const std::int64_t* taps = nullptr;  // where each begins, after x or dx
  std::int64_t tap_count = 0, channels = 0;
  const float* x = nullptr;
  float* y = nullptr;
  std::uint8_t* largest = nullptr;
};
struct UnpoolRows {
  const std::int64_t* taps = nullptr;
  std::int64_t tap_count = 0, channels = 0;
  const float* dy = nullptr;
  const std::uint8_t* largest = nullptr;
  float* dx = nullptr;
};

struct PassLoops {
  void (*activate)(const ActivateRows&);
  void (*sums)(const SumRows&);
  void (*gradient_sums)(const GradientSumRows&);
  void (*slope_sums)(const SlopeSumRows&);
  void (*gradient)(const GradientRows&);
  void (*pool)(const PoolRows&);
  void (*unpool)(const UnpoolRows&);
};
// Those of instruction_set().
[[nodiscard]] const PassLoops& pass_loops();

extern const PassLoops kLoopsPlain, kLoopsAvx2, kLoopsAvx512;

}  // namespace myoseg::kernels
