#include "models/blocks/transformer_layers.h"

#include <ATen/ATen.h>

#include <cmath>

#include "models/blocks/forward_recorder.h"
#include "models/blocks/operations.h"

namespace myoseg {
namespace {

constexpr double kInitialSd = 0.02;

// (N,L,C) -> (N,heads,L,C/heads), a view.
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
  return x.view({x.size(0), x.size(1), heads, x.size(2) / heads}).transpose(1, 2);
}

}  // namespace

at::Tensor tokens_of(const at::Tensor& image) {
  const auto format =
      image.dim() == 5 ? at::MemoryFormat::ChannelsLast3d : at::MemoryFormat::ChannelsLast;
  return image.contiguous(format).flatten(2).transpose(1, 2);
}

at::Tensor image_of(const at::Tensor& tokens, at::IntArrayRef size) {
  std::vector<std::int64_t> shape{tokens.size(0), tokens.size(2)};
  shape.insert(shape.end(), size.begin(), size.end());
  return tokens.transpose(1, 2).view(shape);
}

at::Tensor image_of(const at::Tensor& tokens, std::int64_t height, std::int64_t width) {
  return image_of(tokens, {height, width});
}

Linear::Linear(std::int64_t in, std::int64_t out, LinearInit init, bool has_bias) : init_(init) {
  weight_ = register_parameter("weight", at::zeros({out, in}));
  if (has_bias) bias_ = register_parameter("bias", at::zeros({out}));
}

void Linear::initialise(std::uint64_t seed, const std::string& path) {
  if (init_ == LinearInit::uniform) {
    const double bound = 1 / std::sqrt(static_cast<double>(weight_.size(1)));
    fill_uniform(weight_, bound, seed, path + ".weight");
    if (bias_.defined()) fill_uniform(bias_, bound, seed, path + ".bias");
    return;
  }
  fill_normal(weight_, kInitialSd, seed, path + ".weight");
  at::NoGradGuard no_grad;
  if (bias_.defined()) bias_.zero_();
}

at::Tensor Linear::forward(const at::Tensor& x) { return at::linear(x, weight_, bias_); }

std::int64_t Linear::multiply_adds(at::IntArrayRef /*input*/, at::IntArrayRef output) const {
  return c10::multiply_integers(output) * weight_.size(1);
}

LayerNorm::LayerNorm(std::int64_t channels, double eps) : eps_(eps) {
  weight_ = register_parameter("weight", at::zeros({channels}));
  bias_ = register_parameter("bias", at::zeros({channels}));
}

void LayerNorm::initialise(std::uint64_t, const std::string&) {
  at::NoGradGuard no_grad;
  weight_.fill_(1);
  bias_.zero_();
}

// LibTorch 1.13 refuses half-precision input beside float32 weights, which mixed precision keeps.
at::Tensor LayerNorm::forward(const at::Tensor& x) {
  return at::layer_norm(x.to(weight_.scalar_type()), weight_.sizes(), weight_, bias_, eps_);
}

Attend::Attend(std::int64_t heads, double dropout) : heads_(heads) {
  if (dropout > 0) dropout_ = register_module("dropout", std::make_shared<Dropout>(dropout));
}

at::Tensor Attend::forward(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v) {
  const std::int64_t channels = q.size(2);
  // Queries are scaled, not scores: there are fewer of them.
  const std::int64_t width = channels / heads_;
  const double factor = 1 / std::sqrt(static_cast<double>(width));
  const at::Tensor scores =
      matrix_product(split_heads(q * factor, heads_), split_heads(k, heads_).transpose(2, 3));
  const at::Tensor weights = softmax_over(scores, -1);
  const at::Tensor mixed =
      matrix_product(dropout_ ? (*dropout_)(weights) : weights, split_heads(v, heads_));
  at::Tensor y = mixed.transpose(1, 2).reshape(q.sizes());
  if (auto* recorder = ForwardRecorder::running()) {
    const std::int64_t products = q.numel() * k.size(1);
    recorder->ran({this, "Attention", y.sizes().vec(), 2 * products});
  }
  return y;
}

PartDropout::PartDropout(double probability, int leading)
    : leading_(static_cast<std::size_t>(leading)) {
  dropout_ = register_module("parts", std::make_shared<Dropout>(probability));
}

at::Tensor PartDropout::operator()(const at::Tensor& x) {
  if (!is_training()) return x;
  std::vector<std::int64_t> parts(static_cast<std::size_t>(x.dim()), 1);
  for (std::size_t d = 0; d < leading_; ++d) parts[d] = x.size(static_cast<std::int64_t>(d));
  return x * (*dropout_)(at::ones(parts, x.options()));
}

}  // namespace myoseg
