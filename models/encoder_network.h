// Networks made of an encoder of the table, a decoder and a head, with the names of
// segmentation_models.pytorch: encoder, decoder, segmentation_head.0.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/blocks/initialisation.h"
#include "models/blocks/layers.h"
#include "models/blocks/operations.h"
#include "models/encoders/encoder.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {

struct EncoderNetworkOptions {
  Pick<EncoderEntry> encoder{"resnet34"};
  Padding padding = Padding::replicate;
};
void describe(Fields& f, EncoderNetworkOptions& o);

// Convolution to the classes' logits ("0"), then bilinear upsampling by a whole factor.
class SegmentationHead final : public torch::nn::Module, public InitialisedPart {
 public:
  SegmentationHead(std::int64_t in, std::int64_t classes, std::int64_t kernel,
                   std::int64_t upsampling);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<Conv> conv_;
  std::int64_t upsampling_;
};

// A subclass's constructor registers its decoder, then calls make_head(): parameters are then in
// the reference's order.
class EncoderNetwork : public Network {
 public:
  at::Tensor forward(at::Tensor image) override;
  [[nodiscard]] std::vector<std::int64_t> size_multiple() const override {
    return {Encoder::kStride, Encoder::kStride};
  }

 protected:
  EncoderNetwork(const EncoderNetworkOptions& options, const NetworkIo& io);
  // The features of the encoder -> what the head takes, at 1/upsampling of the padded image.
  virtual at::Tensor decode(const std::vector<at::Tensor>& features) = 0;

  [[nodiscard]] const std::vector<std::int64_t>& encoder_channels() const {
    return encoder_->channels();
  }
  void make_head(std::int64_t in, std::int64_t kernel = 3, std::int64_t upsampling = 1);
  // Of the image grown to a size that the encoder can halve at every level.
  [[nodiscard]] std::vector<at::Tensor> encode(const at::Tensor& image);
  // What was decoded -> logits of the image's size.
  [[nodiscard]] at::Tensor logits(const at::Tensor& decoded, const at::Tensor& image);

  NetworkIo io_;

 private:
  Padding padding_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<SegmentationHead> head_;
};

}  // namespace myoseg
