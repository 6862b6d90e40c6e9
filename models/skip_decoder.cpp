#include "models/skip_decoder.h"

#include <string>
#include <utility>

namespace myoseg {
namespace {

// Block i joins the features of level 4, 3, 2, 1; the image itself (0) does not come back in.
constexpr std::size_t kLevels = 4;

}  // namespace

void SkipDecoder::make_blocks(const std::vector<int>& channels,
                              const std::vector<std::int64_t>& encoder_channels,
                              const MakeBlock& make_block) {
  const auto blocks = register_module("blocks", std::make_shared<torch::nn::Module>());
  std::int64_t in = encoder_channels.back();
  for (std::size_t i = 0; i < channels.size(); ++i) {
    const std::int64_t skip = i < kLevels ? encoder_channels[kLevels - i] : 0;
    blocks_.push_back(
        blocks->register_module(std::to_string(i), make_block(in, skip, channels[i])));
    in = channels[i];
  }
}

at::Tensor SkipDecoder::forward(const std::vector<at::Tensor>& features) {
  at::Tensor x = center(features.back());
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    std::vector<at::Tensor> skips;
    if (i < kLevels) skips.push_back(features[kLevels - i]);
    x = blocks_[i]->forward(x, skips);
  }
  return x;
}

}  // namespace myoseg
