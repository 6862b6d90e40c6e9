// The three sums per class that every overlap loss (Dice, Jaccard, Tversky ...) is a formula of.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>

namespace myoseg {

struct RegionSumsOptions {
  bool sigmoid = false;  // each channel for itself; else softmax over the channels
  bool squared = false;  // `prediction` sums p^2
  std::optional<std::int64_t> ignore_label;
};

// Over the voxels of each sample and class, p being the predicted probability: each [N,C].
struct RegionSums {
  at::Tensor intersection;  // sum of p where the label is the class
  at::Tensor prediction;    // sum of p, or p^2
  at::Tensor truth;         // number of voxels of the class
};

// logits (N,C,[D,]H,W), labels (N,[D,]H,W). One channel is the class 1 against the rest and always
// takes the sigmoid. On a CPU (float32, float64) no one-hot tensor is made and the sums do not
// depend on the number of threads; they are accumulated in double. Error(bad_data) for a label that
// is no class.
[[nodiscard]] RegionSums region_sums(const at::Tensor& logits, const at::Tensor& labels,
                                     const RegionSumsOptions& options);
// The same by ordinary ATen operations: for other devices, and as the reference of the kernel
// above.
[[nodiscard]] RegionSums region_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                                           const RegionSumsOptions& options);

// Error(bad_usage) unless the shapes fit; logits as float32 or float64.
[[nodiscard]] at::Tensor checked_logits(const at::Tensor& logits, const at::Tensor& labels);
[[noreturn]] void throw_bad_label(std::int64_t label, std::int64_t classes);

}  // namespace myoseg
