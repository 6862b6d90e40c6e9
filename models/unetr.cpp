// UNETR (Hatamizadeh et al., WACV 2022) as MONAI has it: a Vision Transformer whose tokens are the
// skips of a convolutional decoder. The paper takes them after blocks 3, 6, 9 and 12; MONAI's code
// after 4, 7, 10 and 12, and so do its weights.
#include <ATen/ATen.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "core/error.h"
#include "models/blocks/dynunet_blocks.h"
#include "models/blocks/recompute.h"
#include "models/blocks/vision_transformer.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

constexpr int kBlocks = 12, kPatch = 16;

struct UnetrOptions {
  int dims = 3;
  std::vector<int> image_size;
  int feature_size = 16;
  int hidden_size = 768, mlp_dim = 3072, heads = 12;
  PatchEmbedding embedding = PatchEmbedding::perceptron;
  bool conv_block = true, residual = true;
  Norm norm = Norm::instance_plain;
  int norm_groups = 8;
  bool qkv_bias = false;
  double dropout = 0;
  Checkpointing checkpointing = Checkpointing::none;
};

bool whole_patches(const std::vector<int>& size) {
  return std::all_of(size.begin(), size.end(), [](int n) { return n % kPatch == 0; });
}

void describe(Fields& f, UnetrOptions& o) {
  f("dims", o.dims, between(2, 3), "Spatial dimensions: 2 for slices, 3 for volumes.");
  f("image_size", o.image_size, at_least(kPatch),
    "Size of the images that it takes, slowest axis first; multiples of 16; empty: that of the "
    "patches or slices it is trained on. Each part of 16 voxels a side has a learnt position, so that "
    "other sizes are refused.");
  f("feature_size", o.feature_size, between(1, 1024),
    "Channels of the decoder at the image's size; they double from level to level.");
  f("hidden_size", o.hidden_size, between(1, 8192), "Channels of the transformer's tokens.");
  f("mlp_dim", o.mlp_dim, between(1, 32768), "Channels within the transformer's MLPs.");
  f("heads", o.heads, between(1, 1024),
    "Heads of the attention; hidden_size is a multiple of them.");
  f("embedding", o.embedding,
    "How a patch becomes a token: a linear layer over its voxels, or a convolution. Both compute the "
    "same of weights in other shapes.");
  f("conv_block", o.conv_block,
    "Whether skips have convolutions after each transposed convolution but the first.");
  f("residual", o.residual, "Whether blocks of convolutions add their input (MONAI's res_block).");
  f("norm", o.norm, "Normalisation after each convolution; instance_plain is MONAI's `instance`.");
  f("norm_groups", o.norm_groups, between(1, 1024), "Groups of channels of the norm `group`.");
  f("qkv_bias", o.qkv_bias, "Whether queries, keys and values have biases.");
  f("dropout", o.dropout, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of numbers zeroed in training: of tokens, attention weights and within the MLPs.");
  describe_checkpointing(f, o.checkpointing);
  f.require(o.image_size.empty() || o.image_size.size() == static_cast<std::size_t>(o.dims),
            "image_size: one number for each of `dims` axes is needed");
  f.require(whole_patches(o.image_size), "image_size: multiples of 16 are needed");
  f.require(o.hidden_size % o.heads == 0, "hidden_size: a multiple of heads is needed");
}

// A skip from tokens: "transp_conv_init" doubles their size, each of "blocks" doubles it again: a
// transposed convolution, with conv_block ("0") followed by a block of convolutions ("1").
class TokenSkip final : public torch::nn::Module {
 public:
  TokenSkip(const UnetrOptions& o, const AdnStyle& style, std::int64_t out, int more) {
    const std::vector<std::int64_t> two(o.dims, 2), three(o.dims, 3), one(o.dims, 1);
    const auto lift = [&](std::int64_t in) {
      return std::make_shared<DynConvLayer>(
          style, DynConv{.in = in, .out = out, .kernel = two, .stride = two, .transposed = true});
    };
    steps_.push_back(register_module("transp_conv_init", lift(o.hidden_size)));
    const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
    for (int i = 0; i < more; ++i) {
      if (!o.conv_block) {
        steps_.push_back(blocks->register_module(std::to_string(i), lift(out)));
        continue;
      }
      const auto block =
          blocks->register_module(std::to_string(i), std::make_shared<torch::nn::Module>());
      steps_.push_back(block->register_module("0", lift(out)));
      const DynConv shape{.in = out, .out = out, .kernel = three, .stride = one};
      steps_.push_back(
          block->register_module("1", std::make_shared<DynBlock>(style, shape, o.residual)));
    }
  }
  at::Tensor forward(at::Tensor x) {
    for (const auto& step : steps_) x = step->forward(x);
    return x;
  }

 private:
  std::vector<std::shared_ptr<ImageModule>> steps_;
};

class Unetr final : public Network {
 public:
  Unetr(const UnetrOptions& o, const NetworkIo& io)
      : dims_(o.dims),
        in_channels_(io.in_channels),
        features_(o.feature_size),
        checkpointing_(o.checkpointing) {
    const AdnStyle style{.dims = o.dims,
                         .norm = o.norm,
                         .norm_groups = o.norm_groups,
                         .activation = Activation::leaky_relu};
    size_.assign(o.image_size.begin(), o.image_size.end());
    for (const std::int64_t size : size_) grid_.push_back(size / kPatch);
    vit_ = register_module(
        "vit", std::make_shared<VisionTransformer>(VitOptions{.grid = grid_,
                                                              .patch = kPatch,
                                                              .in_channels = io.in_channels,
                                                              .width = o.hidden_size,
                                                              .mlp_width = o.mlp_dim,
                                                              .heads = o.heads,
                                                              .blocks = kBlocks,
                                                              .embedding = o.embedding,
                                                              .qkv_bias = o.qkv_bias,
                                                              .dropout = o.dropout,
                                                              .checkpointing = o.checkpointing}));
    const std::int64_t width = o.feature_size;
    const std::vector<std::int64_t> three(o.dims, 3), one(o.dims, 1), two(o.dims, 2);
    const auto encoder1 = register_module("encoder1", std::make_shared<torch::nn::Module>());
    image_skip_ = encoder1->register_module(
        "layer",
        std::make_shared<DynBlock>(
            style, DynConv{.in = in_channels_, .out = width, .kernel = three, .stride = one},
            o.residual));
    for (int level = 1; level <= kSkips; ++level)
      skips_.push_back(
          register_module("encoder" + std::to_string(level + 1),
                          std::make_shared<TokenSkip>(o, style, width << level, kSkips - level)));
    for (int level = kSkips; level >= 0; --level) {
      const std::int64_t in = level == kSkips ? o.hidden_size : width << (level + 1);
      const DynUp::Shape shape{
          .in = in, .out = width << level, .kernel = three, .up = two, .residual = o.residual};
      ups_.push_back(register_module("decoder" + std::to_string(level + 2),
                                     std::make_shared<DynUp>(style, shape)));
    }
    head_ = register_module("out", std::make_shared<DynHead>(style, width, io.classes));
  }

  at::Tensor forward(at::Tensor image) override { return head_->forward(features(image)); }
  [[nodiscard]] std::int64_t feature_channels() const override { return features_; }
  at::Tensor head(at::Tensor features) override { return head_->forward(features); }
  at::Tensor features(at::Tensor image) override {
    check_input(image, dims_, in_channels_);
    check_size(image.sizes().slice(2), is_training());
    const std::vector<at::Tensor> tokens = vit_->forward(image);
    at::Tensor x = image_of(tokens.back(), grid_);
    for (int level = kSkips; level >= 0; --level) {
      const at::Tensor skip =
          level == 0
              ? run_block(checkpointing_, *image_skip_, image)
              : run_block(checkpointing_, *skips_[level - 1],
                          image_of(tokens[static_cast<std::size_t>(kBetween * level)], grid_));
      x = run_block(checkpointing_, *ups_[kSkips - level], x, skip);
    }
    return x;
  }
  [[nodiscard]] int dims() const override { return dims_; }
  [[nodiscard]] std::vector<std::int64_t> fixed_size() const override { return size_; }
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override {
    return per_axis(kPatch, dims_);
  }
  void check_size(at::IntArrayRef size, bool /*training*/) const override {
    if (size != at::IntArrayRef(size_))
      throw usage_error(
          "unetr takes images of its image_size [{}] alone, but was given [{}]: change "
          "model.image_size or the size of the images",
          fmt::join(size_, ","), fmt::join(size, ","));
  }

 private:
  // Skips from the tokens of blocks 3, 6 and 9, counted from 0.
  static constexpr int kSkips = 3, kBetween = 3;

  int dims_;
  std::int64_t in_channels_, features_;
  Checkpointing checkpointing_;
  std::vector<std::int64_t> size_, grid_;
  std::shared_ptr<VisionTransformer> vit_;
  std::shared_ptr<DynBlock> image_skip_;
  std::vector<std::shared_ptr<TokenSkip>> skips_;
  std::vector<std::shared_ptr<DynUp>> ups_;
  std::shared_ptr<DynHead> head_;
};

std::shared_ptr<Network> make_unetr(const UnetrOptions& given, const NetworkIo& io) {
  UnetrOptions o = given;
  if (o.image_size.empty()) o.image_size.assign(io.size.begin(), io.size.end());
  if (std::ssize(o.image_size) != o.dims || !whole_patches(o.image_size))
    throw usage_error(
        "unetr takes images whose sides are multiples of 16, of {} axes, but is to be trained on [{}]; "
        "change loader.patch (or preprocess.size), or give model.image_size",
        o.dims, fmt::join(o.image_size, ","));
  return std::make_shared<Unetr>(o, io);
}

}  // namespace

extern const NetworkEntry kUnetr = entry<NetworkEntry, UnetrOptions, make_unetr>(
    "unetr",
    "UNETR (Hatamizadeh et al. 2022): a Vision Transformer with a convolutional decoder, in 2D or "
    "3D, for images of one size. Weights of MONAI's UNETR fit.");

}  // namespace myoseg
