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
// True where a label counts. On a processor Error(bad_data) naming a label that is neither a class
// nor `ignored`; elsewhere, where asking for a number waits for all that is computed, see or_nan().
at::Tensor counted_voxels(const at::Tensor& labels, std::int64_t channels, std::int64_t ignored);
// `value`; on another device than a processor NaN where a label is neither a class nor `ignored`.
[[nodiscard]] at::Tensor or_nan(const at::Tensor& value, const at::Tensor& labels,
                                std::int64_t channels, std::int64_t ignored);
[[noreturn]] void throw_bad_label(std::int64_t label, std::int64_t channels);

// Labels of logits with so many channels: a single one separates two.
[[nodiscard]] inline std::int64_t labels_of(std::int64_t channels) {
  return channels == 1 ? 2 : channels;
}
// Numbers as a tensor like `like`, made on its device: a copy would be waited for.
[[nodiscard]] at::Tensor numbers_like(const std::vector<double>& numbers, const at::Tensor& like);
// One weight per label, all 1 when none are given. Error(bad_usage) for another number of them.
[[nodiscard]] std::vector<double> class_weights(const std::vector<double>& weights,
                                                std::int64_t channels);

// A loss computed in float64 as the logits' own type; float32 for the 16-bit ones.
[[nodiscard]] at::Tensor as_loss_of(const at::Tensor& value, const at::Tensor& logits);

}  // namespace myoseg
