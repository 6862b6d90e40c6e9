// What convolutional networks are built of. Each block is the unit that a fused implementation may
// take over later, without a change to the networks.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/blocks/layers.h"

namespace myoseg {

// What all blocks of one network have in common.
struct BlockStyle {
  int dims = 2;
  std::string norm = "batch";       // batch | instance | none
  std::string activation = "relu";  // relu | leaky_relu | none
  bool conv_bias = true;
  double dropout = 0;  // after each activation
  // What the parts of a ConvNormAct are called, where a reference has names of its own.
  std::string conv_name = "conv", norm_name = "norm";
};

// Convolution (padded by half of the kernel), normalisation, activation, dropout: "conv", "norm".
class ConvNormAct final : public torch::nn::Module {
 public:
  ConvNormAct(const BlockStyle& style, std::int64_t in, std::int64_t out, std::int64_t kernel = 3,
              std::int64_t stride = 1);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::string activation_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Dropout> dropout_;
};

// Normalisation, activation, convolution (padded by half of the kernel), dropout: "norm", "conv".
// The style's norm is not none.
class NormActConv final : public torch::nn::Module {
 public:
  NormActConv(const BlockStyle& style, std::int64_t in, std::int64_t out, std::int64_t kernel = 3);
  at::Tensor forward(const at::Tensor& x);

 private:
  std::string activation_;
  std::shared_ptr<Layer> norm_;
  std::shared_ptr<Conv> conv_;
  std::shared_ptr<Dropout> dropout_;
};

// `count` ConvNormAct in a row, the first of which changes the channels: "0", "1" ...
class ConvStack final : public torch::nn::Module {
 public:
  ConvStack(const BlockStyle& style, int count, std::int64_t in, std::int64_t out);
  at::Tensor forward(at::Tensor x);

 private:
  std::vector<std::shared_ptr<ConvNormAct>> blocks_;
};

// Doubles the spatial size: transposed4 (kernel 4, padding 1) and transposed2 (kernel 2) halve the
// channels ("conv"), bilinear (trilinear in 3D) keeps them and has no parameters.
class Upsample final : public torch::nn::Module {
 public:
  Upsample(const std::string& kind, int dims, std::int64_t in);
  at::Tensor forward(const at::Tensor& x);
  [[nodiscard]] std::int64_t out() const { return out_; }

 private:
  std::shared_ptr<Conv> conv_;
  std::int64_t out_;
};

}  // namespace myoseg
