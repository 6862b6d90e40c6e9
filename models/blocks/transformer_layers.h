// Layers of transformers. They work on tokens (N,L,C): a view of a channels-last image, so that
// convolutions and linear layers follow each other without copies.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>

#include "models/blocks/layers.h"

namespace myoseg {

// (N,C,[D,]H,W) -> (N,[D*]H*W,C).
[[nodiscard]] at::Tensor tokens_of(const at::Tensor& image);
// (N,L,C) -> (N,C, size), channels-last; L is the product of the size.
[[nodiscard]] at::Tensor image_of(const at::Tensor& tokens, at::IntArrayRef size);
// (N,height*width,C) -> (N,C,height,width), channels-last.
[[nodiscard]] at::Tensor image_of(const at::Tensor& tokens, std::int64_t height,
                                  std::int64_t width);

// How a linear layer's weights start: normal with a standard deviation of 0.02 and biases of zero,
// as most vision transformers do, or uniform within 1/sqrt(in) with the biases, as PyTorch does.
enum class LinearInit { normal, uniform };

// x W^T + b over the last dimension: "weight" (out,in), "bias".
class Linear final : public Layer {
 public:
  Linear(std::int64_t in, std::int64_t out, LinearInit init = LinearInit::normal,
         bool has_bias = true);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override { return "Linear"; }
  [[nodiscard]] const at::Tensor& weight() const { return weight_; }
  [[nodiscard]] const at::Tensor& bias() const { return bias_; }

 protected:
  at::Tensor forward(const at::Tensor& x) override;
  [[nodiscard]] std::int64_t multiply_adds(at::IntArrayRef input,
                                           at::IntArrayRef output) const override;

 private:
  LinearInit init_;
  at::Tensor weight_, bias_;
};

// Statistics of each token over its channels (Ba et al., arXiv 1607.06450); with weight and bias.
class LayerNorm final : public Layer {
 public:
  explicit LayerNorm(std::int64_t channels, double eps = 1e-5);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override { return "LayerNorm"; }

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  double eps_;
  at::Tensor weight_, bias_;
};

// softmax(q k^T / sqrt(d)) v in each of `heads` groups of d channels (Vaswani et al., NeurIPS
// 2017); without parameters. `dropout`: share of the softmax's weights zeroed in training.
class Attend final : public torch::nn::Module {
 public:
  explicit Attend(std::int64_t heads, double dropout = 0);
  // Queries (N,L,C), keys and values (N,M,C) -> (N,L,C).
  at::Tensor forward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v);

 private:
  std::int64_t heads_;
  std::shared_ptr<Dropout> dropout_;
};

// Dropout of whole parts: those that share their place in the first `leading` dimensions. With 1,
// of a residual branch, it is stochastic depth (Huang et al., ECCV 2016); with 2 whole channels.
class PartDropout final : public torch::nn::Module {
 public:
  PartDropout(double probability, int leading);
  at::Tensor operator()(const at::Tensor& x);

 private:
  std::size_t leading_;
  std::shared_ptr<Dropout> dropout_;
};

}  // namespace myoseg
