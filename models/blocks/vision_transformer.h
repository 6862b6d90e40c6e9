// The Vision Transformer (Dosovitskiy et al., ICLR 2021) of MONAI's UNETR, with MONAI's names.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/choice.h"
#include "models/blocks/recompute.h"
#include "models/blocks/transformer_layers.h"

namespace myoseg {

// How a patch becomes a token: a linear layer over its voxels, or the same as a convolution.
enum class PatchEmbedding { perceptron, conv };
constexpr auto choice_names(PatchEmbedding) {
  return std::to_array<std::string_view>({"perceptron", "conv"});
}

struct VitOptions {
  std::vector<std::int64_t> grid;  // patches on each axis, slowest first
  std::int64_t patch = 16;         // voxels on each axis
  std::int64_t in_channels = 1;
  std::int64_t width = 768, mlp_width = 3072, heads = 12;
  int blocks = 12;
  PatchEmbedding embedding = PatchEmbedding::perceptron;
  bool qkv_bias = false;
  double dropout = 0;
  Checkpointing checkpointing = Checkpointing::none;
};

class PatchEmbedder;
class VitBlock;

// "patch_embedding", "blocks.0" ..., "norm".
class VisionTransformer final : public torch::nn::Module {
 public:
  explicit VisionTransformer(const VitOptions& o);
  // Image (N,C, grid * patch) -> tokens (N,L,width) after each block, those of the last one normed.
  std::vector<at::Tensor> forward(const at::Tensor& image);

 private:
  Checkpointing checkpointing_;
  std::shared_ptr<PatchEmbedder> embedder_;
  std::vector<std::shared_ptr<VitBlock>> blocks_;
  std::shared_ptr<LayerNorm> norm_;
};

}  // namespace myoseg
