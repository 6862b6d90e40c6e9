// What every loss checks of its input.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace myoseg {

// Voxels of this label count nowhere unless the option `ignore_label` names another: those of which
// a data set says nothing.
inline constexpr std::int64_t kIgnoredLabel = -1;

// Error(bad_usage) unless the shapes fit; logits as float32 or float64.
[[nodiscard]] at::Tensor checked_logits(const at::Tensor& logits, const at::Tensor& labels);
// Error(bad_data) naming a label that is neither a class nor `ignored`; true where a label counts.
at::Tensor counted_voxels(const at::Tensor& labels, std::int64_t channels, std::int64_t ignored);
[[noreturn]] void throw_bad_label(std::int64_t label, std::int64_t channels);

// Labels of logits with so many channels: a single one separates two.
[[nodiscard]] inline std::int64_t labels_of(std::int64_t channels) {
  return channels == 1 ? 2 : channels;
}
// One weight per label, all 1 when none are given. Error(bad_usage) for another number of them.
[[nodiscard]] std::vector<double> class_weights(const std::vector<double>& weights,
                                                std::int64_t channels);

// A loss computed in float64 as the logits' own type; float32 for the 16-bit ones.
[[nodiscard]] at::Tensor as_loss_of(const at::Tensor& value, const at::Tensor& logits);

}  // namespace myoseg
