// SegFormer (Xie et al., NeurIPS 2021) with the names of segmentation_models.pytorch.
#include <ATen/ATen.h>

#include "models/blocks/conv_steps.h"
#include "models/blocks/forward_recorder.h"
#include "models/blocks/operations.h"
#include "models/blocks/transformer_layers.h"
#include "models/encoder_network.h"

namespace myoseg {
namespace {

constexpr std::int64_t kReduction = 4;  // of the decoder's image

at::Tensor resize_to(const at::Tensor& x, std::int64_t height, std::int64_t width) {
  if (x.size(2) == height && x.size(3) == width) return x;
  return at::upsample_bilinear2d(x, {height, width}, /*align_corners=*/false);
}

enum class LogitUpsampling { corners, areas, none };
constexpr auto choice_names(LogitUpsampling) {
  return std::to_array<std::string_view>({"corners", "areas", "none"});
}

struct SegformerOptions {
  EncoderNetworkOptions network{.encoder = Pick<EncoderEntry>("mit_b2")};
  int decoder_channels = 256;
  double dropout = 0.1;
  LogitUpsampling upsampling = LogitUpsampling::corners;
};

void describe(Fields& f, SegformerOptions& o) {
  describe(f, o.network);
  f("decoder_channels", o.decoder_channels, between(1, 4096),
    "Channels to which the features of all levels are brought: 256 in "
    "segmentation_models.pytorch and for B0 and B1, 768 in the paper's B2 to B5.");
  f("dropout", o.dropout, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of the decoder's channels zeroed in training.");
  f("upsampling", o.upsampling,
    "How logits of a quarter of the image's size are enlarged: with the corner pixels' centres "
    "kept in place (segmentation_models.pytorch), with their areas (Hugging Face, NVlabs), or not "
    "at all, which is what the latter two networks answer by themselves; training needs one of "
    "the first two.");
}

// mlp_stage.N: a linear layer.
class MlpStage final : public torch::nn::Module {
 public:
  MlpStage(std::int64_t in, std::int64_t out) {
    linear = register_module("linear", std::make_shared<Linear>(in, out));
  }
  std::shared_ptr<Linear> linear;
};

// fuse_stage: 1 x 1 convolution ("0") over all levels' channels, batch norm ("1").
class FuseStage final : public torch::nn::Module {
 public:
  FuseStage(std::int64_t in, std::int64_t out) {
    conv = register_module(
        "0", std::make_shared<Conv>(
                 ConvOptions{.in = in, .out = out, .kernel = {1}, .padding = {0}, .bias = false}));
    norm = register_module("1", std::make_shared<BatchNorm>(2, out));
  }
  std::shared_ptr<Conv> conv;
  std::shared_ptr<BatchNorm> norm;
};

// mlp_stage.0 is that of the coarsest level. Convolutions start Kaiming-uniform by fan-in.
class SegformerDecoder final : public torch::nn::Module, public InitialisedPart {
 public:
  SegformerDecoder(const std::vector<std::int64_t>& encoder_channels, std::int64_t channels)
      : InitialisedPart(ConvInit::kaiming_uniform_fan_in), channels_(channels) {
    const auto stages = register_module("mlp_stage", std::make_shared<torch::nn::Module>());
    for (std::size_t level = encoder_channels.size() - 1; level > 0; --level) {
      if (encoder_channels[level] == 0) continue;
      levels_.push_back(level);
      stages_.push_back(
          stages->register_module(std::to_string(stages_.size()),
                                  std::make_shared<MlpStage>(encoder_channels[level], channels)));
    }
    fuse_ = register_module("fuse_stage",
                            std::make_shared<FuseStage>(
                                static_cast<std::int64_t>(levels_.size()) * channels, channels));
  }

  at::Tensor forward(const std::vector<at::Tensor>& features) {
    return norm_act(*fuse_->norm, Activation::relu, fused(features));
  }

 private:
  // The reference applies each level's linear layer, resizes all levels to a quarter of the image,
  // and convolves them joined. All of it is linear, so the 1 x 1 convolution may come before the
  // resizing: each level takes one product, with the product of both weights, at its own size. That
  // is a third of the multiply-adds, and the joined image is never made.
  at::Tensor fused(const std::vector<at::Tensor>& features) {
    const std::int64_t height = features[0].size(2) / kReduction,
                       width = features[0].size(3) / kReduction;
    const at::Tensor joined = fuse_->conv->parameters(/*recurse=*/false)
                                  .front()
                                  .view({channels_, -1});  // (channels, levels*channels)
    auto* recorder = ForwardRecorder::running();
    at::Tensor sum;
    std::int64_t products = 0;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const at::Tensor& x = features[levels_[i]];
      const Linear& linear = *stages_[i]->linear;
      const at::Tensor part = joined.narrow(1, static_cast<std::int64_t>(i) * channels_, channels_);
      const at::Tensor tokens =
          at::linear(tokens_of(x), at::mm(part, linear.weight()), at::mv(part, linear.bias()));
      const at::Tensor y = resize_to(image_of(tokens, x.size(2), x.size(3)), height, width);
      sum = sum.defined() ? sum.add_(y) : y;
      if (recorder == nullptr) continue;
      recorder->keeps(x);
      recorder->ran({&linear, linear.type(), tokens.sizes().vec(), tokens.numel() * x.size(1)});
      products += channels_ * linear.weight().numel();
    }
    if (recorder != nullptr)
      recorder->ran({fuse_->conv.get(), fuse_->conv->type(), sum.sizes().vec(), products});
    return sum;
  }

  std::int64_t channels_;
  std::vector<std::size_t> levels_;  // of the stages
  std::vector<std::shared_ptr<MlpStage>> stages_;
  std::shared_ptr<FuseStage> fuse_;
};

class Segformer final : public EncoderNetwork {
 public:
  Segformer(const SegformerOptions& o, const NetworkIo& io)
      : EncoderNetwork(o.network, io), upsampling_(o.upsampling) {
    decoder_ = register_module(
        "decoder", std::make_shared<SegformerDecoder>(encoder_channels(), o.decoder_channels));
    if (o.dropout > 0)
      dropout_ = register_module("dropout", std::make_shared<PartDropout>(o.dropout, 2));
    head_ = register_module("segmentation_head",
                            std::make_shared<SegmentationHead>(
                                o.decoder_channels, io.classes, 1,
                                upsampling_ == LogitUpsampling::corners ? kReduction : 1));
  }

  at::Tensor forward(at::Tensor image) override {
    at::Tensor y = head_->forward(decode(encode(image)));
    if (upsampling_ == LogitUpsampling::none) {
      const auto quarter = [](std::int64_t size) { return (size + kReduction - 1) / kReduction; };
      return y.slice(2, 0, quarter(image.size(2))).slice(3, 0, quarter(image.size(3)));
    }
    if (upsampling_ == LogitUpsampling::areas)
      y = resize_to(y, kReduction * y.size(2), kReduction * y.size(3));
    return crop_to(y, image);
  }

 protected:
  at::Tensor decode(const std::vector<at::Tensor>& features) override {
    const at::Tensor x = decoder_->forward(features);
    return dropout_ ? (*dropout_)(x) : x;
  }

 private:
  LogitUpsampling upsampling_;
  std::shared_ptr<SegformerDecoder> decoder_;
  std::shared_ptr<PartDropout> dropout_;
  std::shared_ptr<SegmentationHead> head_;
};

std::shared_ptr<Network> make_segformer(const SegformerOptions& o, const NetworkIo& io) {
  return std::make_shared<Segformer>(o, io);
}

}  // namespace

extern const NetworkEntry kSegformer = entry<NetworkEntry, SegformerOptions, make_segformer>(
    "segformer",
    "SegFormer: a Mix Transformer encoder and a decoder of linear layers. Weights of "
    "segmentation_models.pytorch, Hugging Face and NVlabs fit.");

}  // namespace myoseg
