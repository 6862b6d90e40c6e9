// MANet (Fan et al., IEEE Access 2020): attention over all positions at the coarsest level (PAB),
// and gates on what each decoder block joins (MFAB).
#include <ATen/ATen.h>

#include "models/blocks/operations.h"
#include "models/skip_decoder.h"

namespace myoseg {
namespace {

struct ManetOptions {
  EncoderNetworkOptions network;
  DecoderOptions decoder;
  int pab_channels = 64;
};

void describe(Fields& f, ManetOptions& o) {
  describe(f, o.network);
  describe(f, o.decoder);
  f("pab_channels", o.pab_channels, between(1, 4096),
    "Channels in which the position-wise attention compares places.");
}

// Position-wise attention: top_conv, center_conv, bottom_conv, out_conv.
class PositionAttention final : public torch::nn::Module {
 public:
  PositionAttention(std::int64_t channels, std::int64_t inner) {
    const auto conv = [](std::int64_t in, std::int64_t out, std::int64_t kernel) {
      return std::make_shared<Conv>(
          ConvOptions{.in = in, .out = out, .kernel = {kernel}, .padding = {kernel / 2}});
    };
    top_ = register_module("top_conv", conv(channels, inner, 1));
    center_ = register_module("center_conv", conv(channels, inner, 1));
    bottom_ = register_module("bottom_conv", conv(channels, channels, 3));
    out_ = register_module("out_conv", conv(channels, channels, 3));
  }

  at::Tensor forward(const at::Tensor& x) {
    const std::int64_t n = x.size(0), places = x.size(2) * x.size(3);
    const at::Tensor top = (*top_)(x).flatten(2);                        // (N,inner,HW)
    const at::Tensor center = (*center_)(x).flatten(2).transpose(1, 2);  // (N,HW,inner)
    const at::Tensor bottom = (*bottom_)(x).flatten(2).transpose(1, 2);  // (N,HW,C)
    // As the reference has it: the softmax runs over all pairs of places, and the (HW,C) matrix is
    // read as (C,H,W) without being transposed back.
    const at::Tensor attention =
        softmax_over(matrix_product(center, top).view({n, places * places}), 1)
            .view({n, places, places});
    return (*out_)(x + matrix_product(attention, bottom).reshape(x.sizes()));
  }

 private:
  std::shared_ptr<Conv> top_, center_, bottom_, out_;
};

// Multi-scale fusion attention: hl_conv, SE_ll, SE_hl, conv1, conv2.
class FusionBlock final : public UpBlock {
 public:
  FusionBlock(const BlockStyle& style, std::int64_t in, std::int64_t skip, std::int64_t out) {
    const auto lift = register_module("hl_conv", std::make_shared<torch::nn::Module>());
    lift_[0] = lift->register_module("0", std::make_shared<ConvNormAct>(style, in, in));
    lift_[1] = lift->register_module("1", std::make_shared<ConvNormAct>(style, in, skip, 1));
    skip_gate_ = register_module("SE_ll", std::make_shared<ChannelGate>(skip));
    gate_ = register_module("SE_hl", std::make_shared<ChannelGate>(skip));
    conv1_ = register_module("conv1", std::make_shared<ConvNormAct>(style, 2 * skip, out));
    conv2_ = register_module("conv2", std::make_shared<ConvNormAct>(style, out, out));
  }

  at::Tensor forward(const at::Tensor& x, const std::vector<at::Tensor>& skips) override {
    const at::Tensor& skip = skips.front();
    const at::Tensor y = conv_chain({*lift_[0]->step(), *lift_[1]->step()}, {x});
    // Nearest neighbours leave the channels' means alone, so the gate may look before them.
    const at::Tensor factors = gate_->forward(y) + skip_gate_->forward(skip);
    return conv_chain({*conv1_->step(), *conv2_->step()},
                      {upsample_nearest(scale(y, factors), 2), skip});
  }

 private:
  std::array<std::shared_ptr<ConvNormAct>, 2> lift_;
  std::shared_ptr<ChannelGate> skip_gate_, gate_;
  std::shared_ptr<ConvNormAct> conv1_, conv2_;
};

// A SkipDecoder with "center".
class ManetDecoder final : public SkipDecoder {
 public:
  ManetDecoder(const ManetOptions& o, const std::vector<std::int64_t>& encoder_channels) {
    center_ = register_module(
        "center", std::make_shared<PositionAttention>(encoder_channels.back(), o.pab_channels));
    const BlockStyle style = decoder_style(o.decoder.norm);
    make_blocks(o.decoder.channels, encoder_channels,
                [&](std::int64_t in, std::int64_t skip, std::int64_t out) {
                  std::shared_ptr<UpBlock> block;
                  if (skip > 0)
                    block = std::make_shared<FusionBlock>(style, in, skip, out);
                  else
                    block = std::make_shared<DecoderBlock>(style, Attention::none, in, 0, out);
                  return block;
                });
  }

 private:
  at::Tensor center(const at::Tensor& x) override { return center_->forward(x); }

  std::shared_ptr<PositionAttention> center_;
};

std::shared_ptr<Network> make_manet(const ManetOptions& o, const NetworkIo& io) {
  return std::make_shared<SkipNetwork<ManetDecoder, ManetOptions>>(o, io);
}

}  // namespace

extern const NetworkEntry kManet = entry<NetworkEntry, ManetOptions, make_manet>(
    "manet",
    "MANet (Fan et al. 2020), with an encoder of the table. Weights of "
    "segmentation_models.pytorch's MAnet fit.");

}  // namespace myoseg
