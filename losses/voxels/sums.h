// The sums over voxels that Dice, Tversky, cross-entropy and their like are formulas of. All that a
// loss or a sum of losses needs is taken in one pass over the logits, and their gradient is written
// in one more.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace myoseg {

struct RegionSumsOptions {
  bool sigmoid = false;  // each channel for itself; else softmax over the channels
  bool squared = false;  // `prediction` sums p^2
  bool operator==(const RegionSumsOptions&) const = default;
};

struct CrossEntropyOptions {
  std::vector<double> weights{};  // one per label, background first; empty: all 1
  double label_smoothing = 0;     // share of each target that is spread evenly over all classes
  double gamma = 0;               // focal: each voxel times (1 - p)^gamma; no smoothing then
  bool operator==(const CrossEntropyOptions&) const = default;
};

struct SumsWanted {
  std::optional<RegionSumsOptions> regions{};
  std::optional<CrossEntropyOptions> cross_entropy{};
  // Voxels with this label count nowhere; without it those of kIgnoredLabel (checks.h).
  std::optional<std::int64_t> ignore_label{};

  // Takes in what another loss wants where one pass over logits of `channels` can serve both.
  [[nodiscard]] bool merge(const SumsWanted& other, std::int64_t channels);
};

// Sums over voxels of the probability p that is predicted. float64; what was not wanted is
// undefined.
struct VoxelSums {
  // Of each sample and class, [N,C]; a single channel is the class 1.
  at::Tensor intersection{};  // sum of p where the label is the class
  at::Tensor prediction{};    // sum of p, or p^2
  at::Tensor truth{};         // number of voxels of the class
  // Of all samples, scalars.
  at::Tensor cross_entropy{};  // sum of the voxels' weight * -log p of the label
  at::Tensor weight{};         // sum of the voxels' weights
  at::Tensor count{};          // number of voxels
};

// logits (N,C,[D,]H,W), labels (N,[D,]H,W). A single channel stands beside a logit of zero for the
// background, which makes its softmax the sigmoid. On a CPU (float32, float64) nothing of the
// logits' size is made but their gradient, in their own memory layout, and no bit depends on the
// number of threads. Error(bad_data) for a label that is no class, Error(bad_usage) for a wrong
// number of weights.
[[nodiscard]] VoxelSums voxel_sums(const at::Tensor& logits, const at::Tensor& labels,
                                   const SumsWanted& wanted);
// The same by ordinary ATen operations: for other devices, and as the reference of the kernel
// above.
[[nodiscard]] VoxelSums voxel_sums_plain(const at::Tensor& logits, const at::Tensor& labels,
                                         const SumsWanted& wanted);

}  // namespace myoseg
