#include "models/blocks/blocks.h"

#include <ATen/ATen.h>

namespace myoseg {
namespace {

std::vector<std::int64_t> half(at::IntArrayRef kernel) {
  std::vector<std::int64_t> padding;
  for (const std::int64_t size : kernel) padding.push_back(size / 2);
  return padding;
}

std::shared_ptr<Conv> padded_conv(const BlockStyle& style, std::int64_t in, std::int64_t out,
                                  at::IntArrayRef kernel, at::IntArrayRef stride) {
  return std::make_shared<Conv>(ConvOptions{.dims = style.dims,
                                            .in = in,
                                            .out = out,
                                            .kernel = kernel.vec(),
                                            .stride = stride.vec(),
                                            .padding = half(kernel),
                                            .bias = style.conv_bias});
}

}  // namespace

ConvNormAct::ConvNormAct(const BlockStyle& style, std::int64_t in, std::int64_t out,
                         at::IntArrayRef kernel, at::IntArrayRef stride)
    : activation_(style.activation) {
  conv_ = register_module(style.conv_name, padded_conv(style, in, out, kernel, stride));
  norm_ = make_norm(style.norm, style.dims, out);
  if (norm_) register_module(style.norm_name, norm_);
  if (style.dropout > 0)
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
}

at::Tensor ConvNormAct::forward(const at::Tensor& x) {
  const at::Tensor y = conv_norm_act(*conv_, norm_.get(), activation_, x);
  return dropout_ ? (*dropout_)(y) : y;
}

std::optional<ConvStep> ConvNormAct::step() const {
  if (dropout_ && is_training()) return {};
  return ConvStep{conv_.get(), norm_.get(), activation_};
}

NormActConv::NormActConv(const BlockStyle& style, std::int64_t in, std::int64_t out,
                         at::IntArrayRef kernel, at::IntArrayRef stride)
    : activation_(style.activation) {
  norm_ = register_module(style.norm_name, make_norm(style.norm, style.dims, in));
  conv_ = register_module(style.conv_name, padded_conv(style, in, out, kernel, stride));
  if (style.dropout > 0)
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
}

at::Tensor NormActConv::forward(const at::Tensor& x) {
  const at::Tensor y = norm_act_conv(*norm_, activation_, *conv_, x);
  return dropout_ ? (*dropout_)(y) : y;
}

ConvStack::ConvStack(const BlockStyle& style, int count, std::int64_t in, std::int64_t out,
                     at::IntArrayRef kernel, at::IntArrayRef stride) {
  for (int i = 0; i < count; ++i)
    blocks_.push_back(register_module(
        std::to_string(i), std::make_shared<ConvNormAct>(style, i == 0 ? in : out, out, kernel,
                                                         i == 0 ? stride : at::IntArrayRef(1))));
}

at::Tensor ConvStack::forward(Conv* before, const std::vector<at::Tensor>& parts) {
  std::vector<ConvStep> steps;
  if (before != nullptr) steps.push_back({before});
  for (const auto& block : blocks_)
    if (const auto step = block->step()) steps.push_back(*step);
  if (std::ssize(steps) == std::ssize(blocks_) + (before == nullptr ? 0 : 1))
    return conv_chain(steps, parts);
  at::Tensor x = joined_channels(parts);
  if (before != nullptr) x = (*before)(x);
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

Upsample::Upsample(Upsampling kind, int dims, std::int64_t in, at::IntArrayRef factor)
    : factor_(per_axis(factor, dims)), out_(in) {
  if (kind == Upsampling::bilinear) return;
  out_ = in / 2;
  std::vector<std::int64_t> kernel = factor_, padding = per_axis(0, dims);
  if (kind == Upsampling::transposed4) padding = half(factor_);
  for (std::size_t i = 0; i < kernel.size(); ++i) kernel[i] += 2 * padding[i];
  conv_ = register_module("conv", std::make_shared<Conv>(ConvOptions{.dims = dims,
                                                                     .in = in,
                                                                     .out = out_,
                                                                     .kernel = kernel,
                                                                     .stride = factor_,
                                                                     .padding = padding,
                                                                     .transposed = true}));
}

at::Tensor Upsample::forward(const at::Tensor& x) {
  return conv_ ? upsample_conv(*conv_, x) : upsample_linear(x, factor_);
}

}  // namespace myoseg
