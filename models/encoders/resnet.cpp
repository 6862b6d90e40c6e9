// ResNet encoders (He et al., CVPR 2016), with the stride of bottlenecks in their 3 x 3 convolution
// as torchvision has it.
#include <ATen/ATen.h>

#include "models/blocks/blocks.h"
#include "models/blocks/conv_steps.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/operations.h"
#include "models/encoders/encoder.h"

namespace myoseg {
namespace {

struct ResnetOptions {
  int width = 64;
};

void describe(Fields& f, ResnetOptions& o) {
  f("width", o.width, between(1, 1024),
    "Channels of the stem and of the first level, doubled at each level below; 64 is the published "
    "network, the one ImageNet's weights fit.");
}

// Two 3 x 3 convolutions ("basic"), or 1 x 1, 3 x 3, 1 x 1 with four times the channels
// ("bottleneck"), added to the block's input: conv1, bn1, conv2, bn2 [, conv3, bn3], downsample.
class ResidualBlock final : public torch::nn::Module {
 public:
  ResidualBlock(bool bottleneck, std::int64_t in, std::int64_t width, std::int64_t stride) {
    const std::int64_t out = out_channels(bottleneck, width);
    if (bottleneck) {
      add(in, width, 1, 1);
      add(width, width, 3, stride);
      add(width, out, 1, 1);
    } else {
      add(in, width, 3, stride);
      add(width, out, 3, 1);
    }
    if (stride == 1 && in == out) return;
    const BlockStyle style{
        .activation = Activation::none, .conv_bias = false, .conv_name = "0", .norm_name = "1"};
    downsample_ =
        register_module("downsample", std::make_shared<ConvNormAct>(style, in, out, 1, stride));
  }

  static std::int64_t out_channels(bool bottleneck, std::int64_t width) {
    return bottleneck ? 4 * width : width;
  }

  at::Tensor forward(const at::Tensor& x) {
    std::vector<ConvStep> steps;
    for (std::size_t i = 0; i < convs_.size(); ++i) {
      // The last one's activation comes after the sum.
      const bool last = i + 1 == convs_.size();
      steps.push_back(
          {convs_[i].get(), norms_[i].get(), last ? Activation::none : Activation::relu});
    }
    const at::Tensor y = conv_chain(steps, {x});
    return residual_sum(y, downsample_ ? downsample_->forward(x) : x, Activation::relu);
  }

 private:
  void add(std::int64_t in, std::int64_t out, std::int64_t kernel, std::int64_t stride) {
    const std::string number = std::to_string(convs_.size() + 1);
    convs_.push_back(
        register_module("conv" + number, std::make_shared<Conv>(ConvOptions{.in = in,
                                                                            .out = out,
                                                                            .kernel = {kernel},
                                                                            .stride = {stride},
                                                                            .padding = {kernel / 2},
                                                                            .bias = false})));
    norms_.push_back(register_module("bn" + number, std::make_shared<BatchNorm>(2, out)));
  }

  std::vector<std::shared_ptr<Conv>> convs_;
  std::vector<std::shared_ptr<BatchNorm>> norms_;
  std::shared_ptr<ConvNormAct> downsample_;
};

// One level: "0", "1" ...
class Stage final : public torch::nn::Module {
 public:
  Stage(bool bottleneck, int count, std::int64_t in, std::int64_t width, std::int64_t stride) {
    const std::int64_t out = ResidualBlock::out_channels(bottleneck, width);
    for (int i = 0; i < count; ++i)
      blocks_.push_back(register_module(
          std::to_string(i), std::make_shared<ResidualBlock>(bottleneck, i == 0 ? in : out, width,
                                                             i == 0 ? stride : 1)));
  }
  at::Tensor forward(at::Tensor x) {
    for (const auto& block : blocks_) x = block->forward(x);
    return x;
  }

 private:
  std::vector<std::shared_ptr<ResidualBlock>> blocks_;
};

struct ResnetForm {
  bool bottleneck;
  std::array<int, 4> blocks;
};

// Convolutions start Kaiming-normal by fan-out, as torchvision's do; the stem does so too with any
// number of input channels, where segmentation_models.pytorch falls back to PyTorch's default
// unless there are three (a norm follows: the outputs are alike).
class Resnet final : public Encoder, public InitialisedPart {
 public:
  Resnet(const ResnetForm& form, std::int64_t width, std::int64_t in_channels)
      : InitialisedPart(ConvInit::kaiming_normal_fan_out), channels_{in_channels, width} {
    conv_ = register_module("conv1", std::make_shared<Conv>(ConvOptions{.in = in_channels,
                                                                        .out = width,
                                                                        .kernel = {7},
                                                                        .stride = {2},
                                                                        .padding = {3},
                                                                        .bias = false}));
    norm_ = register_module("bn1", std::make_shared<BatchNorm>(2, width));
    for (std::size_t i = 0; i < form.blocks.size(); ++i) {
      const std::int64_t wide = width << i;
      stages_.push_back(
          register_module("layer" + std::to_string(i + 1),
                          std::make_shared<Stage>(form.bottleneck, form.blocks[i], channels_.back(),
                                                  wide, i == 0 ? 1 : 2)));
      channels_.push_back(ResidualBlock::out_channels(form.bottleneck, wide));
    }
  }

  std::vector<at::Tensor> forward(at::Tensor image) override {
    std::vector<at::Tensor> features{image,
                                     conv_norm_act(*conv_, norm_.get(), Activation::relu, image)};
    at::Tensor x = max_pool_of_stem(features.back());
    for (const auto& stage : stages_) {
      x = stage->forward(x);
      features.push_back(x);
    }
    return features;
  }

  [[nodiscard]] const std::vector<std::int64_t>& channels() const override { return channels_; }

 private:
  std::vector<std::int64_t> channels_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<BatchNorm> norm_;
  std::vector<std::shared_ptr<Stage>> stages_;
};

template <bool bottleneck, int... blocks>
std::shared_ptr<Encoder> make_resnet(const ResnetOptions& o, std::int64_t in_channels) {
  return std::make_shared<Resnet>(ResnetForm{bottleneck, {blocks...}}, o.width, in_channels);
}

}  // namespace

extern const EncoderEntry kResnet18 =
    entry<EncoderEntry, ResnetOptions, make_resnet<false, 2, 2, 2, 2>>(
        "resnet18", "ResNet-18 (He et al. 2016), 11 million parameters.");
extern const EncoderEntry kResnet34 =
    entry<EncoderEntry, ResnetOptions, make_resnet<false, 3, 4, 6, 3>>(
        "resnet34", "ResNet-34, 21 million parameters.");
extern const EncoderEntry kResnet50 =
    entry<EncoderEntry, ResnetOptions, make_resnet<true, 3, 4, 6, 3>>(
        "resnet50", "ResNet-50, of bottleneck blocks, 24 million parameters.");
extern const EncoderEntry kResnet101 =
    entry<EncoderEntry, ResnetOptions, make_resnet<true, 3, 4, 23, 3>>(
        "resnet101", "ResNet-101, of bottleneck blocks, 43 million parameters.");

}  // namespace myoseg
