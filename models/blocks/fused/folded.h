// Predictions: a norm whose statistics are fixed is part of the convolution before it, and filters
// stay with the layer from one call to the next.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <utility>
#include <vector>

#include "models/blocks/fused/chain_call.h"
#include "models/kernels/instruction_set.h"

namespace myoseg::fused {

// Weights and bias of a convolution as a prediction uses them, and what they were made of.
struct KeptFilters {
  std::vector<std::pair<const void*, std::int64_t>> made_of;  // memory and version of tensors
  kernels::InstructionSet instructions = kernels::InstructionSet::plain;
  at::Tensor weight, bias;   // bias: or undefined
  kernels::Filters filters;  // without values where the library computes
};

// Of a step, with its norm where that is fixed. Kept in a layer that is in evaluation mode, until
// one of its tensors changes or it is trained.
[[nodiscard]] std::shared_ptr<const KeptFilters> prediction_filters(
    const StepCall& step, const std::vector<at::Tensor>& list);

}  // namespace myoseg::fused
