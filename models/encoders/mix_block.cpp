#include "models/encoders/mix_block.h"

#include <ATen/ATen.h>

#include "models/blocks/conv_steps.h"
#include "models/blocks/initialisation.h"

namespace myoseg {

// Self-attention with keys and values from a smaller image: q, kv, proj [, sr, norm].
class EfficientAttention final : public torch::nn::Module {
 public:
  explicit EfficientAttention(const MixBlockStyle& s) {
    const std::int64_t c = s.width;
    q_ = register_module("q", std::make_shared<Linear>(c, c));
    kv_ = register_module("kv", std::make_shared<Linear>(c, 2 * c));
    attend_ = register_module("attend", std::make_shared<Attend>(s.heads));
    proj_ = register_module("proj", std::make_shared<Linear>(c, c));
    if (s.sr_ratio == 1) return;
    sr_ = register_module(
        "sr",
        std::make_shared<Conv>(ConvOptions{
            .in = c, .out = c, .kernel = {s.sr_ratio}, .stride = {s.sr_ratio}, .padding = {0}}));
    norm_ = register_module("norm", std::make_shared<LayerNorm>(c));
  }

  at::Tensor forward(const at::Tensor& x, std::int64_t height, std::int64_t width) {
    const at::Tensor q = (*q_)(x);
    const at::Tensor source =
        sr_ ? tokens_of(conv_layer_norm(*sr_, *norm_, image_of(x, height, width))) : x;
    const auto kv = (*kv_)(source).chunk(2, -1);
    return (*proj_)(attend_->forward(q, kv[0], kv[1]));
  }

 private:
  std::shared_ptr<Linear> q_, kv_, proj_;
  std::shared_ptr<Attend> attend_;
  std::shared_ptr<Conv> sr_;
  std::shared_ptr<LayerNorm> norm_;
};

namespace {

// A 3 x 3 convolution of each channel by itself ("dwconv"), which tells tokens where they are, and
// GELU.
// Starts Kaiming-normal by the nine weights that meet in a number, as the reference does.
class DepthwiseConv final : public torch::nn::Module, public InitialisedPart {
 public:
  explicit DepthwiseConv(std::int64_t channels) : InitialisedPart(ConvInit::kaiming_normal_fan_in) {
    conv_ = register_module("dwconv", std::make_shared<Conv>(ConvOptions{
                                          .in = channels, .out = channels, .groups = channels}));
  }
  at::Tensor forward(const at::Tensor& x, std::int64_t height, std::int64_t width) {
    const at::Tensor image = image_of(x, height, width);
    return tokens_of(conv_norm_act(*conv_, nullptr, Activation::gelu, image));
  }

 private:
  std::shared_ptr<Conv> conv_;
};

}  // namespace

// fc1, dwconv, GELU, fc2.
class MixFfn final : public torch::nn::Module {
 public:
  MixFfn(std::int64_t width, std::int64_t hidden) {
    fc1_ = register_module("fc1", std::make_shared<Linear>(width, hidden));
    dwconv_ = register_module("dwconv", std::make_shared<DepthwiseConv>(hidden));
    fc2_ = register_module("fc2", std::make_shared<Linear>(hidden, width));
  }
  at::Tensor forward(const at::Tensor& x, std::int64_t height, std::int64_t width) {
    return (*fc2_)(dwconv_->forward((*fc1_)(x), height, width));
  }

 private:
  std::shared_ptr<Linear> fc1_, fc2_;
  std::shared_ptr<DepthwiseConv> dwconv_;
};

MixBlock::MixBlock(const MixBlockStyle& s, double drop_path) {
  norm1_ = register_module("norm1", std::make_shared<LayerNorm>(s.width, s.norm_eps));
  attention_ = register_module("attn", std::make_shared<EfficientAttention>(s));
  norm2_ = register_module("norm2", std::make_shared<LayerNorm>(s.width, s.norm_eps));
  mlp_ = register_module("mlp", std::make_shared<MixFfn>(s.width, s.mlp_ratio * s.width));
  if (drop_path > 0)
    drop_path_ = register_module("drop_path", std::make_shared<PartDropout>(drop_path, 1));
}

at::Tensor MixBlock::forward(at::Tensor x, std::int64_t height, std::int64_t width) {
  x = x + drop(attention_->forward((*norm1_)(x), height, width));
  return x + drop(mlp_->forward((*norm2_)(x), height, width));
}

at::Tensor MixBlock::drop(const at::Tensor& branch) {
  return drop_path_ ? (*drop_path_)(branch) : branch;
}

}  // namespace myoseg
