#include "models/blocks/decoder_block.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "models/blocks/conv_steps.h"

namespace myoseg {
namespace {

constexpr std::int64_t kReduction = 16;  // of a gate's channels

std::shared_ptr<Conv> pointwise(std::int64_t in, std::int64_t out) {
  return std::make_shared<Conv>(ConvOptions{.in = in, .out = out, .kernel = {1}, .padding = {0}});
}

}  // namespace

void describe(Fields& f, DecoderOptions& o) {
  f("decoder_channels", o.channels, between(1, 8192), "Channels of the decoder, coarsest first.");
  f("decoder_norm", o.norm, one_of({Norm::batch, Norm::instance, Norm::none}),
    "Normalisation after each convolution of the decoder.");
  f.require(o.channels.size() == 5, "decoder_channels: five numbers are needed");
}

BlockStyle decoder_style(Norm norm) {
  return {.norm = norm, .conv_bias = norm == Norm::none, .conv_name = "0", .norm_name = "1"};
}

ChannelGate::ChannelGate(std::int64_t channels) {
  const std::int64_t reduced = std::max<std::int64_t>(1, channels / kReduction);
  squeeze_ = register_module("1", pointwise(channels, reduced));
  excite_ = register_module("3", pointwise(reduced, channels));
}

at::Tensor ChannelGate::forward(const at::Tensor& x) {
  const at::Tensor means = x.mean(at::IntArrayRef({2, 3}), /*keepdim=*/true);
  const at::Tensor squeezed = conv_norm_act(*squeeze_, nullptr, Activation::relu, means);
  return conv_norm_act(*excite_, nullptr, Activation::sigmoid, squeezed);
}

ChannelAndSpatialGate::ChannelAndSpatialGate(std::int64_t channels) {
  const auto attention = register_module("attention", std::make_shared<torch::nn::Module>());
  channel_ = attention->register_module("cSE", std::make_shared<ChannelGate>(channels));
  const auto spatial = attention->register_module("sSE", std::make_shared<torch::nn::Module>());
  spatial_ = spatial->register_module("0", pointwise(channels, 1));
}

at::Tensor ChannelAndSpatialGate::forward(const at::Tensor& x) {
  return scale(x, channel_->forward(x) + conv_norm_act(*spatial_, nullptr, Activation::sigmoid, x));
}

DecoderBlock::DecoderBlock(const BlockStyle& style, Attention attention, std::int64_t in,
                           std::int64_t skip, std::int64_t out) {
  conv1_ = register_module("conv1", std::make_shared<ConvNormAct>(style, in + skip, out));
  if (attention == Attention::scse)
    attention1_ = register_module("attention1", std::make_shared<ChannelAndSpatialGate>(in + skip));
  conv2_ = register_module("conv2", std::make_shared<ConvNormAct>(style, out, out));
  if (attention == Attention::scse)
    attention2_ = register_module("attention2", std::make_shared<ChannelAndSpatialGate>(out));
}

at::Tensor DecoderBlock::forward(const at::Tensor& x, const std::vector<at::Tensor>& skips) {
  std::vector<at::Tensor> parts{upsample_nearest(x, 2)};
  parts.insert(parts.end(), skips.begin(), skips.end());
  // The reference has a first attention in blocks without skips too, and never uses it.
  if (attention1_ && !skips.empty()) parts = {attention1_->forward(concat_channels(parts))};
  const at::Tensor y = conv_chain({*conv1_->step(), *conv2_->step()}, parts);
  return attention2_ ? attention2_->forward(y) : y;
}

}  // namespace myoseg
