// What convolutional networks are built of. What a block computes are steps of
// models/blocks/conv_steps.h. Kernels, strides
// and factors are one number for every spatial axis or one for each, slowest first: {1, 3, 3} looks
// within the slices of a volume only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.h"
#include "models/blocks/conv_steps.h"
#include "models/blocks/layers.h"
#include "models/blocks/operations.h"

namespace myoseg {

// What all blocks of one network have in common.
struct BlockStyle {
  int dims = 2;
  Norm norm = Norm::batch;
  Activation activation = Activation::relu;
  bool conv_bias = true;
  double dropout = 0;  // after each activation
  // What the parts of a ConvNormAct are called, where a reference has names of its own.
  std::string conv_name = "conv", norm_name = "norm";
};

// Convolution (padded by half of the kernel), normalisation, activation, dropout: "conv", "norm".
class ConvNormAct final : public torch::nn::Module {
 public:
  ConvNormAct(const BlockStyle& style, std::int64_t in, std::int64_t out,
              at::IntArrayRef kernel = 3, at::IntArrayRef stride = 1);
  at::Tensor forward(const at::Tensor& x);
  // What it computes; nothing where dropout follows.
  [[nodiscard]] std::optional<ConvStep> step() const;

 private:
  Activation activation_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Dropout> dropout_;
};

// Normalisation, activation, convolution (padded by half of the kernel), dropout: "norm", "conv".
// The style's norm is not none.
class NormActConv final : public torch::nn::Module {
 public:
  NormActConv(const BlockStyle& style, std::int64_t in, std::int64_t out,
              at::IntArrayRef kernel = 3, at::IntArrayRef stride = 1);
  at::Tensor forward(const at::Tensor& x);

 private:
  Activation activation_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Dropout> dropout_;
};

// `count` ConvNormAct in a row, the first of which changes the channels and has the stride: "0",
// "1" ...
class ConvStack final : public torch::nn::Module {
 public:
  ConvStack(const BlockStyle& style, int count, std::int64_t in, std::int64_t out,
            at::IntArrayRef kernel = 3, at::IntArrayRef stride = 1);
  at::Tensor forward(const at::Tensor& x) { return forward(nullptr, {x}); }
  // Of features side by side, after a convolution before the stack where there is one.
  at::Tensor forward(Conv* before, const std::vector<at::Tensor>& parts);

 private:
  std::vector<std::shared_ptr<ConvNormAct>> blocks_;
};

// Transposed convolutions halve the channels, their kernels as wide as the factor (transposed2) or
// by half of it wider at both ends (transposed4): of 2 or 4 where the size doubles, of 1 where it
// stays. bilinear (trilinear in 3D) keeps the channels and has no parameters.
enum class Upsampling { transposed4, transposed2, bilinear };
constexpr auto choice_names(Upsampling) {
  return std::to_array<std::string_view>({"transposed4", "transposed2", "bilinear"});
}

// Makes the spatial size `factor` times as large: "conv", where it is a transposed convolution.
class Upsample final : public torch::nn::Module {
 public:
  Upsample(Upsampling kind, int dims, std::int64_t in, at::IntArrayRef factor = 2);
  at::Tensor forward(const at::Tensor& x);
  [[nodiscard]] std::int64_t out() const { return out_; }
  [[nodiscard]] Conv* conv() const { return conv_.get(); }  // null: none

 private:
  std::shared_ptr<Conv> conv_;
  std::vector<std::int64_t> factor_;
  std::int64_t out_;
};

}  // namespace myoseg
