// DenseNet encoders (Huang et al., CVPR 2017; the form with bottlenecks and compression, BC).
#include <ATen/ATen.h>

#include "models/blocks/conv_steps.h"
#include "models/blocks/initialisation.h"
#include "models/blocks/layers.h"
#include "models/blocks/operations.h"
#include "models/encoders/encoder.h"

namespace myoseg {
namespace {

template <int default_growth>
struct DensenetOptions {
  int growth = default_growth;
};

template <int default_growth>
void describe(Fields& f, DensenetOptions<default_growth>& o) {
  f("growth", o.growth, between(1, 512),
    "Channels that each layer adds; the stem makes twice as many. Only the default fits ImageNet's "
    "weights.");
}

std::shared_ptr<Conv> plain_conv(std::int64_t in, std::int64_t out, std::int64_t kernel,
                                 std::int64_t stride = 1) {
  return std::make_shared<Conv>(ConvOptions{.in = in,
                                            .out = out,
                                            .kernel = {kernel},
                                            .stride = {stride},
                                            .padding = {kernel / 2},
                                            .bias = false});
}

// Norm, activation, 1 x 1 convolution to 4 * growth channels, and once more with a 3 x 3
// convolution to `growth` channels, which join the input: norm1, conv1, norm2, conv2.
class DenseLayer final : public torch::nn::Module {
 public:
  DenseLayer(std::int64_t in, std::int64_t growth) {
    const std::int64_t inner = 4 * growth;
    norm1_ = register_module("norm1", std::make_shared<BatchNorm>(2, in));
    conv1_ = register_module("conv1", plain_conv(in, inner, 1));
    norm2_ = register_module("norm2", std::make_shared<BatchNorm>(2, inner));
    conv2_ = register_module("conv2", plain_conv(inner, growth, 3));
  }
  at::Tensor forward(const at::Tensor& x) {
    const at::Tensor y = norm_act_conv(*norm1_, Activation::relu, *conv1_, x);
    return concat_channels(x, norm_act_conv(*norm2_, Activation::relu, *conv2_, y));
  }

 private:
  std::shared_ptr<BatchNorm> norm1_, norm2_;
  std::shared_ptr<Conv> conv1_, conv2_;
};

// denselayer1, denselayer2 ...
class DenseBlock final : public torch::nn::Module {
 public:
  DenseBlock(int count, std::int64_t in, std::int64_t growth) {
    for (int i = 0; i < count; ++i)
      layers_.push_back(register_module("denselayer" + std::to_string(i + 1),
                                        std::make_shared<DenseLayer>(in + i * growth, growth)));
  }
  at::Tensor forward(at::Tensor x) {
    for (const auto& layer : layers_) x = layer->forward(x);
    return x;
  }

 private:
  std::vector<std::shared_ptr<DenseLayer>> layers_;
};

// Half the channels at half the size: norm, conv.
class Transition final : public torch::nn::Module {
 public:
  explicit Transition(std::int64_t in) {
    norm_ = register_module("norm", std::make_shared<BatchNorm>(2, in));
    conv_ = register_module("conv", plain_conv(in, in / 2, 1));
  }
  struct Result {
    at::Tensor full, pooled;  // all channels, as a decoder takes them; and what goes down
  };
  Result forward(const at::Tensor& x) {
    const at::Tensor full = norm_act(*norm_, Activation::relu, x);
    return {full, average_pool((*conv_)(full), 2)};
  }

 private:
  std::shared_ptr<BatchNorm> norm_;
  std::shared_ptr<Conv> conv_;
};

// conv0, norm0, denseblock1, transition1 ... denseblock4, norm5.
class Features final : public torch::nn::Module {
 public:
  Features(const std::vector<int>& blocks, std::int64_t growth, std::int64_t in_channels)
      : channels_{in_channels, 2 * growth} {
    std::int64_t wide = 2 * growth;
    conv_ = register_module("conv0", plain_conv(in_channels, wide, 7, 2));
    norm_ = register_module("norm0", std::make_shared<BatchNorm>(2, wide));
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      const std::string number = std::to_string(i + 1);
      blocks_.push_back(register_module("denseblock" + number,
                                        std::make_shared<DenseBlock>(blocks[i], wide, growth)));
      wide += blocks[i] * growth;
      channels_.push_back(wide);
      if (i + 1 == blocks.size()) break;
      transitions_.push_back(
          register_module("transition" + number, std::make_shared<Transition>(wide)));
      wide /= 2;
    }
    last_norm_ = register_module("norm5", std::make_shared<BatchNorm>(2, wide));
  }

  std::vector<at::Tensor> forward(const at::Tensor& image) {
    std::vector<at::Tensor> features{image,
                                     conv_norm_act(*conv_, norm_.get(), Activation::relu, image)};
    at::Tensor x = max_pool_of_stem(features.back());
    for (std::size_t i = 0; i < transitions_.size(); ++i) {
      auto [full, pooled] = transitions_[i]->forward(blocks_[i]->forward(x));
      features.push_back(full);
      x = pooled;
    }
    // No activation after the last norm: the reference's encoder leaves it out too.
    features.push_back(norm_act(*last_norm_, Activation::none, blocks_.back()->forward(x)));
    return features;
  }

  [[nodiscard]] const std::vector<std::int64_t>& channels() const { return channels_; }

 private:
  std::vector<std::int64_t> channels_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<BatchNorm> norm_, last_norm_;
  std::vector<std::shared_ptr<DenseBlock>> blocks_;
  std::vector<std::shared_ptr<Transition>> transitions_;
};

// Convolutions start Kaiming-normal by fan-in, as torchvision's do, with any number of input
// channels (the reference leaves the stem to PyTorch's default unless there are three).
class Densenet final : public Encoder, public InitialisedPart {
 public:
  Densenet(const std::vector<int>& blocks, std::int64_t growth, std::int64_t in_channels)
      : InitialisedPart(ConvInit::kaiming_normal_fan_in) {
    features_ =
        register_module("features", std::make_shared<Features>(blocks, growth, in_channels));
  }
  std::vector<at::Tensor> forward(at::Tensor image) override { return features_->forward(image); }
  [[nodiscard]] const std::vector<std::int64_t>& channels() const override {
    return features_->channels();
  }

 private:
  std::shared_ptr<Features> features_;
};

template <int default_growth, int... blocks>
std::shared_ptr<Encoder> make_densenet(const DensenetOptions<default_growth>& o,
                                       std::int64_t in_channels) {
  return std::make_shared<Densenet>(std::vector<int>{blocks...}, o.growth, in_channels);
}

}  // namespace

extern const EncoderEntry kDensenet121 =
    entry<EncoderEntry, DensenetOptions<32>, make_densenet<32, 6, 12, 24, 16>>(
        "densenet121", "DenseNet-121 (Huang et al. 2017), 7 million parameters.");
extern const EncoderEntry kDensenet161 =
    entry<EncoderEntry, DensenetOptions<48>, make_densenet<48, 6, 12, 36, 24>>(
        "densenet161", "DenseNet-161, 26 million parameters.");
extern const EncoderEntry kDensenet169 =
    entry<EncoderEntry, DensenetOptions<32>, make_densenet<32, 6, 12, 32, 32>>(
        "densenet169", "DenseNet-169, 12 million parameters.");

}  // namespace myoseg
