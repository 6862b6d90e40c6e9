// What U-Net and MANet share: a decoder of one block a level that joins the encoder's features.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/blocks/decoder_block.h"
#include "models/encoder_network.h"

namespace myoseg {

// "blocks.0" to "blocks.4": from the coarsest features up to the image's size. Starts
// Kaiming-uniform by fan-in, as the reference.
class SkipDecoder : public torch::nn::Module, public InitialisedPart {
 public:
  // The encoder's features, finest first -> (N,C,H,W) of the image's size.
  at::Tensor forward(const std::vector<at::Tensor>& features);

 protected:
  // skip: channels of the features that are joined, 0 for none.
  using MakeBlock =
      std::function<std::shared_ptr<UpBlock>(std::int64_t in, std::int64_t skip, std::int64_t out)>;
  SkipDecoder() : InitialisedPart(ConvInit::kaiming_uniform_fan_in) {}
  void make_blocks(const std::vector<int>& channels,
                   const std::vector<std::int64_t>& encoder_channels, const MakeBlock& make_block);
  // What becomes of the coarsest features before the first block.
  virtual at::Tensor center(const at::Tensor& x) { return x; }

 private:
  std::vector<std::shared_ptr<UpBlock>> blocks_;
};

// An encoder with a SkipDecoder. Options: `network` and `decoder`, and what the decoder's
// constructor reads.
template <class Decoder, class Options>
class SkipNetwork final : public EncoderNetwork {
 public:
  SkipNetwork(const Options& o, const NetworkIo& io) : EncoderNetwork(o.network, io) {
    decoder_ = register_module("decoder", std::make_shared<Decoder>(o, encoder_channels()));
    make_head(o.decoder.channels.back());
  }

 protected:
  at::Tensor decode(const std::vector<at::Tensor>& features) override {
    return decoder_->forward(features);
  }

 private:
  std::shared_ptr<Decoder> decoder_;
};

}  // namespace myoseg
