// What MONAI's DynUNet and UNETR are built of, with MONAI's names.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "models/blocks/adn_blocks.h"

namespace myoseg {

// One number for each axis.
struct DynConv {
  std::int64_t in = 1, out = 1;
  std::vector<std::int64_t> kernel, stride;
  bool transposed = false;
  bool bias = false;
};

// A convolution "conv", padded so that the size is divided by the stride or, transposed, multiplied
// by it, and the style's dropout. Error(bad_usage) where no padding does that.
class DynConvLayer final : public ImageModule {
 public:
  DynConvLayer(const AdnStyle& style, const DynConv& shape);
  at::Tensor forward(const at::Tensor& x) override;
  // With the norm (null: none) and the activation after it.
  at::Tensor forward(const at::Tensor& x, Layer* norm, const ActivationStep& activation);
  // The same as a step; nothing where dropout comes in between.
  [[nodiscard]] std::optional<ConvStep> step(Layer* norm, const ActivationStep& activation) const;

 private:
  bool transposed_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Dropout> dropout_;
};

// Two convolutions with norm and activation, "conv1", "norm1", "conv2", "norm2"; the stride is the
// first one's. `residual`: the input is added before the last activation, through a pointwise
// convolution with its norm, "conv3", "norm3", where channels or size change.
class DynBlock final : public ImageModule {
 public:
  DynBlock(const AdnStyle& style, const DynConv& shape, bool residual);
  at::Tensor forward(const at::Tensor& x) override { return forward(std::vector<at::Tensor>{x}); }
  at::Tensor forward(const std::vector<at::Tensor>& parts);  // side by side

 private:
  // Both convolutions, with the second one's activation.
  at::Tensor convolved(const std::vector<at::Tensor>& parts, const ActivationStep& last);

  bool residual_;
  ActivationStep activation_;
  std::shared_ptr<DynConvLayer> conv1_, conv2_, conv3_;
  std::shared_ptr<Layer> norm1_, norm2_, norm3_;
};

// "transp_conv", whose kernel is its stride, brings the size of the skip; both joined go through
// "conv_block".
class DynUp final : public torch::nn::Module {
 public:
  struct Shape {
    std::int64_t in = 1, out = 1;  // the skip has `out` channels too
    std::vector<std::int64_t> kernel, up;
    bool residual = false;
    bool up_bias = false;
  };
  DynUp(const AdnStyle& style, const Shape& shape);
  at::Tensor forward(const at::Tensor& x, const at::Tensor& skip);

 private:
  std::shared_ptr<DynConvLayer> up_;
  std::shared_ptr<DynBlock> block_;
};

// The pointwise convolution to the logits, "conv.conv". With dropout, as the reference has it.
class DynHead final : public ImageModule {
 public:
  DynHead(const AdnStyle& style, std::int64_t in, std::int64_t classes);
  at::Tensor forward(const at::Tensor& x) override { return conv_->forward(x); }

 private:
  std::shared_ptr<DynConvLayer> conv_;
};

}  // namespace myoseg
