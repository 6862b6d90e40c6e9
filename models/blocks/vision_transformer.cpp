#include "models/blocks/vision_transformer.h"

#include <ATen/ATen.h>

#include <string>

#include "models/blocks/operations.h"

namespace myoseg {
namespace {

// (N,C, grid * patch) -> (N,L,voxels of a patch * C), channels fastest.
at::Tensor patches_of(const at::Tensor& image, const VitOptions& o) {
  const auto axes = static_cast<std::int64_t>(o.grid.size());
  std::vector<std::int64_t> split{image.size(0), image.size(1)}, order{0};
  for (std::int64_t a = 0; a < axes; ++a) {
    split.insert(split.end(), {o.grid[static_cast<std::size_t>(a)], o.patch});
    order.push_back(2 + 2 * a);
  }
  for (std::int64_t a = 0; a < axes; ++a) order.push_back(3 + 2 * a);
  order.push_back(1);
  return image.reshape(split).permute(order).flatten(axes + 1).flatten(1, axes);
}

at::Tensor dropped(const std::shared_ptr<Dropout>& dropout, const at::Tensor& x) {
  return dropout ? (*dropout)(x) : x;
}

// "linear1", GELU, "linear2", dropout after each.
class Mlp final : public torch::nn::Module {
 public:
  explicit Mlp(const VitOptions& o) {
    linear1_ = register_module("linear1",
                               std::make_shared<Linear>(o.width, o.mlp_width, LinearInit::uniform));
    linear2_ = register_module("linear2",
                               std::make_shared<Linear>(o.mlp_width, o.width, LinearInit::uniform));
    if (o.dropout == 0) return;
    drop1_ = register_module("drop1", std::make_shared<Dropout>(o.dropout));
    drop2_ = register_module("drop2", std::make_shared<Dropout>(o.dropout));
  }
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor y = activate((*linear1_)(x), Activation::gelu);
    return dropped(drop2_, (*linear2_)(dropped(drop1_, y)));
  }

 private:
  std::shared_ptr<Linear> linear1_, linear2_;
  std::shared_ptr<Dropout> drop1_, drop2_;
};

// Self-attention: "qkv", softmax, "out_proj".
class SelfAttention final : public torch::nn::Module {
 public:
  explicit SelfAttention(const VitOptions& o) {
    out_ = register_module("out_proj",
                           std::make_shared<Linear>(o.width, o.width, LinearInit::uniform));
    qkv_ = register_module(
        "qkv", std::make_shared<Linear>(o.width, 3 * o.width, LinearInit::uniform, o.qkv_bias));
    attend_ = register_module("attend", std::make_shared<Attend>(o.heads, o.dropout));
    if (o.dropout > 0)
      dropout_ = register_module("drop_output", std::make_shared<Dropout>(o.dropout));
  }
  at::Tensor forward(const at::Tensor& x) {
    const auto qkv = (*qkv_)(x).chunk(3, -1);
    return dropped(dropout_, (*out_)(attend_->forward(qkv[0], qkv[1], qkv[2])));
  }

 private:
  std::shared_ptr<Linear> out_, qkv_;
  std::shared_ptr<Attend> attend_;
  std::shared_ptr<Dropout> dropout_;
};

}  // namespace

// "patch_embeddings" ("patch_embeddings.1" of the perceptron), plus "position_embeddings"
// (1,L,width), which start as normal numbers with a standard deviation of 0.02.
class PatchEmbedder final : public Layer {
 public:
  explicit PatchEmbedder(const VitOptions& o) : options_(o) {
    std::int64_t tokens = 1, voxels = o.in_channels;
    for (const std::int64_t n : o.grid) {
      tokens *= n;
      voxels *= o.patch;
    }
    positions_ = register_parameter("position_embeddings", at::zeros({1, tokens, o.width}));
    if (o.embedding == PatchEmbedding::perceptron) {
      const auto embeddings =
          register_module("patch_embeddings", std::make_shared<torch::nn::Module>());
      linear_ = embeddings->register_module("1", std::make_shared<Linear>(voxels, o.width));
    } else {
      conv_ = register_module("patch_embeddings", std::make_shared<Conv>(ConvOptions{
                                                      .dims = static_cast<int>(o.grid.size()),
                                                      .in = o.in_channels,
                                                      .out = o.width,
                                                      .kernel = {o.patch},
                                                      .stride = {o.patch},
                                                      .padding = {0}}));
    }
    if (o.dropout > 0) dropout_ = register_module("dropout", std::make_shared<Dropout>(o.dropout));
  }
  void initialise(std::uint64_t seed, const std::string& path) override {
    constexpr double kSd = 0.02;
    fill_normal(positions_, kSd, seed, path + ".position_embeddings");
  }
  [[nodiscard]] std::string type() const override { return "PatchEmbedding"; }

 protected:
  at::Tensor forward(const at::Tensor& x) override {
    const at::Tensor tokens = conv_ ? tokens_of((*conv_)(x)) : (*linear_)(patches_of(x, options_));
    return dropped(dropout_, tokens + positions_);
  }

 private:
  VitOptions options_;
  at::Tensor positions_;
  std::shared_ptr<Linear> linear_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Dropout> dropout_;
};

// x + attn(norm1(x)), then y + mlp(norm2(y)).
class VitBlock final : public torch::nn::Module {
 public:
  explicit VitBlock(const VitOptions& o) {
    mlp_ = register_module("mlp", std::make_shared<Mlp>(o));
    norm1_ = register_module("norm1", std::make_shared<LayerNorm>(o.width));
    attention_ = register_module("attn", std::make_shared<SelfAttention>(o));
    norm2_ = register_module("norm2", std::make_shared<LayerNorm>(o.width));
  }
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor y = x + attention_->forward((*norm1_)(x));
    return y + mlp_->forward((*norm2_)(y));
  }

 private:
  std::shared_ptr<Mlp> mlp_;
  std::shared_ptr<LayerNorm> norm1_, norm2_;
  std::shared_ptr<SelfAttention> attention_;
};

VisionTransformer::VisionTransformer(const VitOptions& o) : checkpointing_(o.checkpointing) {
  embedder_ = register_module("patch_embedding", std::make_shared<PatchEmbedder>(o));
  const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
  for (int i = 0; i < o.blocks; ++i)
    blocks_.push_back(blocks->register_module(std::to_string(i), std::make_shared<VitBlock>(o)));
  norm_ = register_module("norm", std::make_shared<LayerNorm>(o.width));
}

std::vector<at::Tensor> VisionTransformer::forward(const at::Tensor& image) {
  std::vector<at::Tensor> tokens;
  at::Tensor x = (*embedder_)(image);
  for (const auto& block : blocks_) {
    x = run_block(checkpointing_, *block, x);
    tokens.push_back(x);
  }
  tokens.back() = (*norm_)(x);
  return tokens;
}

}  // namespace myoseg
