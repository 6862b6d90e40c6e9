// One loss of several outputs of a network.
#pragma once

#include <span>
#include <vector>

#include "losses/loss.h"

namespace myoseg {

// sum of weights[i] * loss(outputs[i], labels at its size), over Network::forward_all()'s outputs:
// logits (N,C,[D,]H,W), the labels' size or smaller by whole factors, in any order of sizes. A
// smaller output is compared with the labels at its voxels' centres (rounded up), as nnU-Net does.
// Without weights they halve from output to output (1, 1/2, 1/4 ...) and add up to 1. Error
// (bad_usage) for another number of weights than outputs or a size that does not divide the
// labels'.
[[nodiscard]] at::Tensor deep_supervision(const Loss& loss, std::span<const at::Tensor> outputs,
                                          const at::Tensor& labels,
                                          const std::vector<double>& weights = {});

}  // namespace myoseg
