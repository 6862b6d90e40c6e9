// A norm whose statistics are fixed is part of the convolution before it: factors of its weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/blocks/fused/chain_call.h"

namespace myoseg::fused {

// Convolution, norm and activation of a step whose norm, if it has one, is fixed; for a prediction.
[[nodiscard]] at::Tensor run_folded(const StepCall& step, const std::vector<at::Tensor>& list,
                                    const std::vector<Part>& parts);

}  // namespace myoseg::fused
