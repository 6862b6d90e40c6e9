#include "models/encoder_network.h"

#include <ATen/ATen.h>

namespace myoseg {

void describe(Fields& f, EncoderNetworkOptions& o) {
  f("encoder", o.encoder, "What turns the image into features at six sizes.");
  f("padding", o.padding,
    "How an image is grown to a size that can be halved at every level; the output is cut back.");
}

// Glorot and Bengio, AISTATS 2010, as segmentation_models.pytorch starts its heads.
SegmentationHead::SegmentationHead(std::int64_t in, std::int64_t classes, std::int64_t kernel,
                                   std::int64_t upsampling)
    : InitialisedPart(ConvInit::xavier_uniform), upsampling_(upsampling) {
  conv_ = register_module(
      "0", std::make_shared<Conv>(
               ConvOptions{.in = in, .out = classes, .kernel = {kernel}, .padding = {kernel / 2}}));
}

at::Tensor SegmentationHead::forward(const at::Tensor& x) {
  const at::Tensor y = (*conv_)(x);
  return upsampling_ == 1 ? y : upsample_aligned(y, upsampling_);
}

EncoderNetwork::EncoderNetwork(const EncoderNetworkOptions& options, const NetworkIo& io)
    : io_(io), padding_(options.padding) {
  encoder_ =
      register_module("encoder", options.encoder.make(static_cast<std::int64_t>(io.in_channels)));
}

void EncoderNetwork::make_head(std::int64_t in, std::int64_t kernel, std::int64_t upsampling) {
  head_ = register_module("segmentation_head",
                          std::make_shared<SegmentationHead>(in, io_.classes, kernel, upsampling));
}

std::vector<at::Tensor> EncoderNetwork::encode(const at::Tensor& image) {
  check_input(image, 2, io_.in_channels);
  return encoder_->forward(pad_to_multiple(image, Encoder::kStride, padding_));
}

at::Tensor EncoderNetwork::logits(const at::Tensor& decoded, const at::Tensor& image) {
  return crop_to(head_->forward(decoded), image);
}

at::Tensor EncoderNetwork::forward(at::Tensor image) {
  return logits(decode(encode(image)), image);
}

}  // namespace myoseg
