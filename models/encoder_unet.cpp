// U-Net with an encoder of the table (segmentation_models.pytorch's Unet).
#include "models/skip_decoder.h"

namespace myoseg {
namespace {

struct EncoderUnetOptions {
  EncoderNetworkOptions network;
  DecoderOptions decoder;
  Attention attention = Attention::none;
};

void describe(Fields& f, EncoderUnetOptions& o) {
  describe(f, o.network);
  describe(f, o.decoder);
  f("decoder_attention", o.attention,
    "Attention in the decoder's blocks: none, or concurrent spatial and channel (Roy 2018).");
}

class UnetDecoder final : public SkipDecoder {
 public:
  UnetDecoder(const EncoderUnetOptions& o, const std::vector<std::int64_t>& encoder_channels) {
    const BlockStyle style = decoder_style(o.decoder.norm);
    make_blocks(o.decoder.channels, encoder_channels,
                [&](std::int64_t in, std::int64_t skip, std::int64_t out) {
                  return std::make_shared<DecoderBlock>(style, o.attention, in, skip, out);
                });
  }
};

std::shared_ptr<Network> make_encoder_unet(const EncoderUnetOptions& o, const NetworkIo& io) {
  return std::make_shared<SkipNetwork<UnetDecoder, EncoderUnetOptions>>(o, io);
}

}  // namespace

extern const NetworkEntry kEncoderUnet = entry<NetworkEntry, EncoderUnetOptions, make_encoder_unet>(
    "encoder_unet",
    "U-Net with an ImageNet-style encoder; with densenet121 the Dense U-Net. Weights of "
    "segmentation_models.pytorch's Unet fit.");

}  // namespace myoseg
