// What MONAI's UNet and BasicUNet are built of, with MONAI's names: a convolution "conv" and what
// comes after it, "adn": its normalisation "N", dropout and activation "A".
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/fields/fields.h"
#include "models/blocks/conv_steps.h"
#include "models/blocks/layers.h"

namespace myoseg {

// What all blocks of one network have in common.
struct AdnStyle {
  int dims = 3;
  Norm norm = Norm::instance_plain;
  int norm_groups = 8;
  Activation activation = Activation::prelu;
  double slope = kLeakySlope;
  double dropout = 0;  // after the norm
  bool bias = true;
};
// dims, norm, norm_groups, activation, slope, dropout; not bias.
void describe(Fields& f, AdnStyle& o);

// (N,C,[D,]H,W) -> the same with other channels and size.
class ImageModule : public torch::nn::Module {
 public:
  virtual at::Tensor forward(const at::Tensor& x) = 0;
};

// One number for each axis. Transposed, the size becomes `stride` times as large; the kernel is
// odd.
struct AdnConv {
  std::int64_t in = 1, out = 1;
  std::vector<std::int64_t> kernel{3}, stride{1};
  bool transposed = false;
  bool conv_only = false;
};

// Convolution, normalisation, dropout, activation: "conv", "adn".
class ConvAdn final : public ImageModule {
 public:
  ConvAdn(const AdnStyle& style, const AdnConv& shape);
  at::Tensor forward(const at::Tensor& x) override;
  // What it computes; nothing where dropout comes in between.
  [[nodiscard]] std::optional<ConvStep> step() const;

 private:
  ActivationStep activation_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Dropout> dropout_;
};

// One after another, of features side by side.
[[nodiscard]] at::Tensor forward_in_row(const std::vector<ConvAdn*>& blocks,
                                        const std::vector<at::Tensor>& parts);

// ConvAdn in a row, "conv.unit0" ..., the first with the stride, plus the input, which takes a
// convolution "residual" where its channels or size change (He et al., CVPR 2016).
// `last_conv_only`: the last unit has no adn.
class ResidualUnit final : public ImageModule {
 public:
  ResidualUnit(const AdnStyle& style, const AdnConv& shape, int units, bool last_conv_only = false);
  at::Tensor forward(const at::Tensor& x) override;

 private:
  std::vector<std::shared_ptr<ConvAdn>> units_;
  std::shared_ptr<Conv> residual_;
};

}  // namespace myoseg
