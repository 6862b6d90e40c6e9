// Encoders: what turns an image into the pyramid of features that a decoder joins again.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/fields/pick.h"

namespace myoseg {

// Two-dimensional, five levels below the image; names of parameters are those of
// segmentation_models.pytorch's encoders.
class Encoder : public torch::nn::Module {
 public:
  static constexpr std::int64_t kStride = 32;  // of the coarsest level
  // (N,channels[0],H,W), H and W multiples of kStride -> six feature maps, each half the size of
  // the one before: the image itself first. Levels of 0 channels (Mix Transformers have nothing at
  // half size) are tensors without elements.
  virtual std::vector<at::Tensor> forward(at::Tensor image) = 0;
  // Of the six feature maps.
  [[nodiscard]] virtual const std::vector<std::int64_t>& channels() const = 0;
};

using EncoderEntry = Entry<std::shared_ptr<Encoder>(std::int64_t in_channels)>;
std::span<const EncoderEntry* const> table(const EncoderEntry*);

}  // namespace myoseg
