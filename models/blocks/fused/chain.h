// Convolutions, norms and activations in a row as one step of the backward pass, on the kernels of
// models/kernels: what lies between two convolutions is never written out. A norm's statistics are
// added up while the convolution before it computes, and it is applied while the next one reads.
// For the backward pass only the inputs and what the convolutions gave are kept.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/blocks/layers.h"

namespace myoseg::fused {

// A norm (null: none) and the activation after it: what is negative times `slope` (1: none) or,
// where `prelu` is given, times its weight. The gradient of that asks for a norm.
struct NormStep {
  const Layer* norm = nullptr;
  double slope = 1;
  const PRelu* prelu = nullptr;
};
struct Step {
  Conv* conv = nullptr;
  NormStep after = {};
};
struct Chain {
  NormStep before = {};  // of the inputs; an activation without a norm is not there
  std::vector<Step> steps = {};
};

// Whether this thread's kernels and the inputs, (N,C,[D,]H,W) side by side along the channels, are
// such that run() may be called.
[[nodiscard]] bool applies(const std::vector<at::Tensor>& inputs);
// Whether such layers can be part of a chain.
[[nodiscard]] bool applies(const Conv& conv);
[[nodiscard]] bool applies(const Layer* norm);

// What the layers compute one after another, channels-last. A ForwardRecorder is told what is kept
// within the chain; layers and inputs are noted by whoever calls.
[[nodiscard]] at::Tensor run(const Chain& chain, const std::vector<at::Tensor>& inputs);

}  // namespace myoseg::fused
