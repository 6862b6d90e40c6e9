// The block of Mix Transformers (Xie et al., NeurIPS 2021): attention over a reduced image, then a
// feed-forward part with a convolution inside.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <memory>

#include "models/blocks/transformer_layers.h"

namespace myoseg {

// What all blocks of one stage have in common.
struct MixBlockStyle {
  std::int64_t width, heads;
  std::int64_t mlp_ratio;  // hidden channels of the feed-forward part / width
  std::int64_t sr_ratio;   // height and width of the image / those of keys and values
  double norm_eps;
};

class EfficientAttention;
class MixFfn;

// norm1, attn, norm2, mlp.
class MixBlock final : public torch::nn::Module {
 public:
  // `drop_path`: share of samples that skip each of the two branches in training.
  MixBlock(const MixBlockStyle& style, double drop_path);
  // Tokens (N,height*width,C) -> the same shape.
  at::Tensor forward(at::Tensor x, std::int64_t height, std::int64_t width);

 private:
  at::Tensor drop(const at::Tensor& branch);

  std::shared_ptr<LayerNorm> norm1_, norm2_;
  std::shared_ptr<EfficientAttention> attention_;
  std::shared_ptr<MixFfn> mlp_;
  std::shared_ptr<PartDropout> drop_path_;
};

}  // namespace myoseg
