// How often a network answered each class where each class was labelled.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

namespace myoseg {

// Adds the voxels of a batch to counts[label * classes + answer], classes * classes of them.
// `logits` is (N,C,[D,]H,W), of `classes` channels or of one, which stands for two classes; `label`
// (N,[D,]H,W) int64, kIgnoredLabel where it does not count. The answer is the class of the largest
// logit, of equal ones the first. False when a label is no class; `counts` is then of no use.
[[nodiscard]] bool count_answers(const at::Tensor& logits, const at::Tensor& label, int classes,
                                 std::vector<std::int64_t>& counts);

}  // namespace myoseg
