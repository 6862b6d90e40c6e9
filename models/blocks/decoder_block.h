// What decoders of several networks are built of, with segmentation_models.pytorch's names.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "core/fields/fields.h"
#include "models/blocks/blocks.h"
#include "models/blocks/layers.h"

namespace myoseg {

struct DecoderOptions {
  std::vector<int> channels{256, 128, 64, 32, 16};
  Norm norm = Norm::batch;
};
// decoder_channels, decoder_norm.
void describe(Fields& f, DecoderOptions& o);

// Of every decoder: parts "0" and "1", no bias where a norm follows.
[[nodiscard]] BlockStyle decoder_style(Norm norm);

// "Squeeze and excitation" (Hu et al., CVPR 2018): a factor in (0,1) for each channel, from the
// channels' means: "1", "3".
class ChannelGate final : public torch::nn::Module {
 public:
  explicit ChannelGate(std::int64_t channels);
  at::Tensor forward(const at::Tensor& x);  // (N,C,H,W) -> (N,C,1,1)

 private:
  std::shared_ptr<Conv> squeeze_, excite_;
};

// Channel and spatial attention side by side (scSE; Roy et al., MICCAI 2018).
class ChannelAndSpatialGate final : public torch::nn::Module {
 public:
  explicit ChannelAndSpatialGate(std::int64_t channels);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::shared_ptr<ChannelGate> channel_;
  std::shared_ptr<Conv> spatial_;
};

// Doubles the size and joins features of that size.
class UpBlock : public torch::nn::Module {
 public:
  // (N,in,H,W) and any number of (N,*,2H,2W) -> (N,out,2H,2W)
  virtual at::Tensor forward(const at::Tensor& x, const std::vector<at::Tensor>& skips) = 0;
};

// Of a decoder's blocks; scse is ChannelAndSpatialGate.
enum class Attention { none, scse };
constexpr auto choice_names(Attention) { return std::to_array<std::string_view>({"none", "scse"}); }

// Nearest neighbours, the skips, two convolutions: "conv1", "conv2" and with `attention` scse
// "attention1", "attention2".
class DecoderBlock final : public UpBlock {
 public:
  DecoderBlock(const BlockStyle& style, Attention attention, std::int64_t in, std::int64_t skip,
               std::int64_t out);
  at::Tensor forward(const at::Tensor& x, const std::vector<at::Tensor>& skips) override;

 private:
  std::shared_ptr<ConvNormAct> conv1_, conv2_;
  std::shared_ptr<ChannelAndSpatialGate> attention1_, attention2_;
};

}  // namespace myoseg
