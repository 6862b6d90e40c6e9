// UNet++ (Zhou et al., IEEE TMI 2020): a U-Net whose skips are dense grids of decoder blocks.
#include <ATen/ATen.h>

#include <algorithm>

#include "core/error.h"
#include "models/blocks/decoder_block.h"
#include "models/blocks/operations.h"
#include "models/encoder_network.h"

namespace myoseg {
namespace {

struct UnetPlusPlusOptions {
  EncoderNetworkOptions network;
  DecoderOptions decoder;
  Attention attention = Attention::none;
  bool deep_supervision = false;
};

void describe(Fields& f, UnetPlusPlusOptions& o) {
  describe(f, o.network);
  describe(f, o.decoder);
  f("decoder_attention", o.attention,
    "Attention in the decoder's blocks: none, or concurrent spatial and channel (Roy 2018).");
  f("deep_supervision", o.deep_supervision,
    "Whether the shallower decoders within the grid have heads that are trained as well.");
}

// Block x_d_l works on level l (0 the coarsest), d steps right of where the level's path starts:
// x_l_l lifts encoder features, x_d_l the block to its left on the coarser level, and each joins
// the encoder's features of its size and all blocks of its level before it. With the depth of the
// reference (segmentation_models.pytorch) there are four such levels and a last block without skip.
class UnetPlusPlusDecoder final : public torch::nn::Module, public InitialisedPart {
 public:
  static constexpr int kLevels = 4;

  UnetPlusPlusDecoder(const UnetPlusPlusOptions& o, std::vector<std::int64_t> encoder_channels)
      : InitialisedPart(ConvInit::kaiming_uniform_fan_in) {
    const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
    const BlockStyle style = decoder_style(o.decoder.norm);
    std::reverse(encoder_channels.begin(), encoder_channels.end());  // coarsest first
    const auto add = [&](int d, int l, std::int64_t in, std::int64_t skip, std::int64_t out) {
      return blocks->register_module(
          "x_" + std::to_string(d) + "_" + std::to_string(l),
          std::make_shared<DecoderBlock>(style, o.attention, in, skip, out));
    };
    for (int l = 0; l < kLevels; ++l) {
      const std::int64_t skip = encoder_channels[l + 1];
      blocks_.emplace_back();
      for (int d = 0; d <= l; ++d) {
        // The path of d = 0 has the decoder's channels, all others those of the encoder's features.
        const std::int64_t in = d > 0    ? encoder_channels[l]
                                : l == 0 ? encoder_channels[0]
                                         : o.decoder.channels[l - 1];
        const std::int64_t out = d > 0 ? skip : o.decoder.channels[l];
        blocks_.back().push_back(add(d, l, in, skip * (l + 1 - d), out));
      }
    }
    last_ = add(0, kLevels, o.decoder.channels[kLevels - 1], 0, o.decoder.channels[kLevels]);
  }

  struct Result {
    at::Tensor full;                    // at the image's size
    std::vector<at::Tensor> shallower;  // x_1_3, x_2_3, x_3_3, at half of it
  };
  Result forward(std::vector<at::Tensor> features) {
    std::reverse(features.begin(), features.end());
    std::vector<at::Tensor> level;  // x_0_l ... x_l_l
    for (int l = 0; l < kLevels; ++l) {
      const std::vector<at::Tensor> coarser = std::move(level);
      level.assign(l + 1, {});
      for (int d = l; d >= 0; --d) {
        std::vector<at::Tensor> skips(level.begin() + d + 1, level.end());
        skips.push_back(features[l + 1]);
        level[d] = blocks_[l][d]->forward(d == l ? features[l] : coarser[d], skips);
      }
    }
    const at::Tensor full = last_->forward(level.front(), {});
    level.erase(level.begin());
    return {full, std::move(level)};
  }

 private:
  std::vector<std::vector<std::shared_ptr<DecoderBlock>>> blocks_;  // [l][d]
  std::shared_ptr<DecoderBlock> last_;
};

class UnetPlusPlus final : public EncoderNetwork {
 public:
  UnetPlusPlus(const UnetPlusPlusOptions& o, const NetworkIo& io) : EncoderNetwork(o.network, io) {
    const auto& channels = encoder_channels();
    if (std::find(channels.begin(), channels.end(), 0) != channels.end())
      throw usage_error(
          "unetplusplus: the encoder '{}' has no features at half of the image's size, which "
          "UNet++ needs: take another encoder, or encoder_unet",
          o.network.encoder.name());
    decoder_ = register_module("decoder", std::make_shared<UnetPlusPlusDecoder>(o, channels));
    make_head(o.decoder.channels.back());
    if (!o.deep_supervision) return;
    for (int d = 1; d < UnetPlusPlusDecoder::kLevels; ++d)
      supervised_.push_back(
          register_module("supervision_head" + std::to_string(d),
                          std::make_shared<SegmentationHead>(channels[1], io.classes, /*kernel=*/3,
                                                             /*upsampling=*/2)));
  }

  // All as large as the image, the shallowest decoder's last.
  std::vector<at::Tensor> forward_all(at::Tensor image) override {
    const auto result = decoder_->forward(encode(image));
    std::vector<at::Tensor> outputs{logits(result.full, image)};
    for (std::size_t i = 0; i < supervised_.size(); ++i)
      outputs.push_back(crop_to(supervised_[i]->forward(result.shallower[i]), image));
    return outputs;
  }

 protected:
  at::Tensor decode(const std::vector<at::Tensor>& features) override {
    return decoder_->forward(features).full;
  }

 private:
  std::shared_ptr<UnetPlusPlusDecoder> decoder_;
  std::vector<std::shared_ptr<SegmentationHead>> supervised_;
};

std::shared_ptr<Network> make_unetplusplus(const UnetPlusPlusOptions& o, const NetworkIo& io) {
  return std::make_shared<UnetPlusPlus>(o, io);
}

}  // namespace

extern const NetworkEntry kUnetPlusPlus =
    entry<NetworkEntry, UnetPlusPlusOptions, make_unetplusplus>(
        "unetplusplus",
        "UNet++ (Zhou et al. 2020), with an encoder of the table and optional deep supervision. "
        "Weights of segmentation_models.pytorch's UnetPlusPlus fit.");

}  // namespace myoseg
