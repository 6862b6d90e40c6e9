// Activation checkpointing (Chen et al., arXiv 1604.06174): the blocks of a network keep nothing
// but their inputs for the backward pass, which computes each block a second time when it gets
// there. The memory of one block's activations at a time, for one more forward pass.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/choice.h"
#include "core/fields/fields.h"

namespace myoseg {

enum class Checkpointing { none, blocks };
constexpr auto choice_names(Checkpointing) {
  return std::to_array<std::string_view>({"none", "blocks"});
}
// The field `activation_checkpointing` of every network that has such blocks. It decides nothing:
// outputs and running statistics are those of `none` to the bit, gradients but for rounding: where
// the input of a block has more than one use in it and others outside, the same terms are added in
// another order.
void describe_checkpointing(Fields& f, Checkpointing& o);

using BlockForward = std::function<std::vector<at::Tensor>(const std::vector<at::Tensor>&)>;

// forward(inputs), which is a function of them and of the parameters, buffers and random draws of
// `block` alone, overwrites none of its inputs and returns none of them.
// With Checkpointing::blocks and gradients on, only the inputs are kept. The second pass computes
// in the precision of the first, draws the same dropout masks and leaves running statistics alone;
// `block` is in the same mode (training or evaluation) in both. Gradients of gradients are not
// there.
[[nodiscard]] std::vector<at::Tensor> run_block(Checkpointing kind, torch::nn::Module& block,
                                                const std::vector<at::Tensor>& inputs,
                                                const BlockForward& forward);

// block.forward(inputs...), a tensor, in that way.
template <class Block, std::same_as<at::Tensor>... Inputs>
[[nodiscard]] at::Tensor run_block(Checkpointing kind, Block& block, const at::Tensor& first,
                                   const Inputs&... more) {
  return run_block(kind, block, {first, more...},
                   [&block](const std::vector<at::Tensor>& x) -> std::vector<at::Tensor> {
                     return [&]<std::size_t... I>(std::index_sequence<I...>) {
                       return std::vector<at::Tensor>{block.forward(x[I]...)};
                     }
                     (std::make_index_sequence<1 + sizeof...(Inputs)>());
                   })
      .front();
}

}  // namespace myoseg
