// A chain as the backward pass knows it.
#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "models/blocks/fused/chain.h"
#include "models/blocks/fused/norm_pass.h"

namespace myoseg::fused {

// Tensors by their place in a list; -1: not there.
struct Places {
  std::int64_t weight = -1, bias = -1;
};
struct NormCall {
  std::optional<ChannelNorm> norm = {};  // its parameters are taken from the list
  Places parameters = {};
  std::int64_t slope_place = -1;  // of a learnt slope
  float slope = 1;
};
struct StepCall {
  ConvPass pass;
  Places parameters;
  NormCall after;
  Conv* conv = nullptr;  // in the forward pass alone
};

// What a chain computes of a list of tensors: the inputs first, then the parameters of the norm
// before and of each step.
struct ChainCall final : torch::CustomClassHolder {
  ChainCall(const Chain& chain, const std::vector<at::Tensor>& inputs);

  std::size_t inputs = 0;
  NormCall before;
  std::vector<StepCall> steps;
  std::vector<at::Tensor> list;  // emptied once it has been handed on
  std::vector<bool> needs_gradient;

 private:
  Places add(const at::Tensor& weight, const at::Tensor& bias);
  NormCall norm_call(const NormStep& step);
};

[[nodiscard]] at::Tensor in_list(const std::vector<at::Tensor>& list, std::int64_t place);
// The norm with the list's parameters.
[[nodiscard]] ChannelNorm with_parameters(const NormCall& call,
                                          const std::vector<at::Tensor>& list);

// What a norm made of its statistics.
struct NormState {
  Moments moments;
  Affine affine;
};
// What the backward pass needs beside the list: what was normed or activated, and the norms. Of the
// inputs (whose x is the list's) and of each step.
struct ChainState {
  struct Kept {
    at::Tensor x;
    std::optional<NormState> norm;
  };
  Kept before;
  std::vector<Kept> steps;
};

// `state`: null where nothing is kept for a backward pass.
[[nodiscard]] at::Tensor run_forward(const ChainCall& call, const std::vector<at::Tensor>& list,
                                     ChainState* state);
// Gradients of the list, undefined where none is needed; state is used up.
[[nodiscard]] std::vector<at::Tensor> run_backward(const ChainCall& call,
                                                   const std::vector<at::Tensor>& list,
                                                   ChainState state, const at::Tensor& dy);

}  // namespace myoseg::fused
