// U-Net with an encoder of the table (segmentation_models.pytorch's Unet).
#include <ATen/ATen.h>

#include "models/decoder_block.h"
#include "models/encoder_network.h"

namespace myoseg {
namespace {

struct EncoderUnetOptions {
  EncoderNetworkOptions network;
  DecoderOptions decoder;
  std::string attention = "none";
};

void describe(Fields& f, EncoderUnetOptions& o) {
  describe(f, o.network);
  describe(f, o.decoder);
  f("decoder_attention", o.attention, one_of({"none", "scse"}),
    "Attention in the decoder's blocks: none, or concurrent spatial and channel (Roy 2018).");
}

// Starts Kaiming-uniform by fan-in, as the reference.
class UnetDecoder final : public torch::nn::Module, public InitialisedPart {
 public:
  UnetDecoder(const EncoderUnetOptions& o, const std::vector<std::int64_t>& encoder_channels)
      : InitialisedPart(ConvInit::kaiming_uniform_fan_in) {
    const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
    const BlockStyle style = decoder_style(o.decoder.norm);
    std::int64_t in = encoder_channels.back();
    for (std::size_t i = 0; i < o.decoder.channels.size(); ++i) {
      // Features 4, 3, 2, 1; the image itself does not come back in.
      const std::size_t level = 4 - i;
      const std::int64_t skip = level == 0 ? 0 : encoder_channels[level];
      const std::int64_t out = o.decoder.channels[i];
      blocks_.push_back(blocks->register_module(
          std::to_string(i), std::make_shared<DecoderBlock>(style, o.attention, in, skip, out)));
      in = out;
    }
  }

  at::Tensor forward(const std::vector<at::Tensor>& features) {
    at::Tensor x = features.back();
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const std::size_t level = 4 - i;
      x = blocks_[i]->forward(
          x, level == 0 ? std::vector<at::Tensor>{} : std::vector<at::Tensor>{features[level]});
    }
    return x;
  }

 private:
  std::vector<std::shared_ptr<DecoderBlock>> blocks_;
};

class EncoderUnet final : public EncoderNetwork {
 public:
  EncoderUnet(const EncoderUnetOptions& o, const NetworkIo& io) : EncoderNetwork(o.network, io) {
    decoder_ = register_module("decoder", std::make_shared<UnetDecoder>(o, encoder_channels()));
    make_head(o.decoder.channels.back());
  }

 protected:
  at::Tensor decode(const std::vector<at::Tensor>& features) override {
    return decoder_->forward(features);
  }

 private:
  std::shared_ptr<UnetDecoder> decoder_;
};

std::shared_ptr<Network> make_encoder_unet(const EncoderUnetOptions& o, const NetworkIo& io) {
  return std::make_shared<EncoderUnet>(o, io);
}

}  // namespace

extern const NetworkEntry kEncoderUnet = entry<NetworkEntry, EncoderUnetOptions, make_encoder_unet>(
    "encoder_unet",
    "U-Net with an ImageNet-style encoder; with densenet121 the Dense U-Net. Weights of "
    "segmentation_models.pytorch's Unet fit.");

}  // namespace myoseg
