#include "models/blocks/blocks.h"
#include "models/blocks/operations.h"

#include <ATen/ATen.h>

namespace myoseg {

ConvNormAct::ConvNormAct(const BlockStyle& style, std::int64_t in, std::int64_t out,
                         std::int64_t kernel, std::int64_t stride)
    : activation_(style.activation) {
  conv_ = register_module(style.conv_name,
                          std::make_shared<Conv>(ConvOptions{.dims = style.dims,
                                                             .in = in,
                                                             .out = out,
                                                             .kernel = {kernel},
                                                             .stride = {stride},
                                                             .padding = {kernel / 2},
                                                             .bias = style.conv_bias}));
  norm_ = make_norm(style.norm, style.dims, out);
  if (norm_) register_module(style.norm_name, norm_);
  if (style.dropout > 0)
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
}

at::Tensor ConvNormAct::forward(const at::Tensor& x) {
  at::Tensor y = (*conv_)(x);
  if (norm_) y = (*norm_)(y);
  y = activate(y, activation_);
  return dropout_ ? (*dropout_)(y) : y;
}

NormActConv::NormActConv(const BlockStyle& style, std::int64_t in, std::int64_t out,
                         std::int64_t kernel)
    : activation_(style.activation) {
  norm_ = register_module(style.norm_name, make_norm(style.norm, style.dims, in));
  conv_ = register_module(style.conv_name,
                          std::make_shared<Conv>(ConvOptions{.dims = style.dims,
                                                             .in = in,
                                                             .out = out,
                                                             .kernel = {kernel},
                                                             .padding = {kernel / 2},
                                                             .bias = style.conv_bias}));
  if (style.dropout > 0)
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
}

at::Tensor NormActConv::forward(const at::Tensor& x) {
  const at::Tensor y = (*conv_)(activate((*norm_)(x), activation_));
  return dropout_ ? (*dropout_)(y) : y;
}

ConvStack::ConvStack(const BlockStyle& style, int count, std::int64_t in, std::int64_t out) {
  for (int i = 0; i < count; ++i)
    blocks_.push_back(register_module(
        std::to_string(i), std::make_shared<ConvNormAct>(style, i == 0 ? in : out, out)));
}

at::Tensor ConvStack::forward(at::Tensor x) {
  for (const auto& block : blocks_) x = block->forward(x);
  return x;
}

Upsample::Upsample(const std::string& kind, int dims, std::int64_t in) : out_(in) {
  if (kind == "bilinear") return;
  out_ = in / 2;
  const bool wide = kind == "transposed4";
  conv_ = register_module("conv", std::make_shared<Conv>(ConvOptions{.dims = dims,
                                                                     .in = in,
                                                                     .out = out_,
                                                                     .kernel = {wide ? 4 : 2},
                                                                     .stride = {2},
                                                                     .padding = {wide ? 1 : 0},
                                                                     .transposed = true}));
}

at::Tensor Upsample::forward(const at::Tensor& x) {
  return conv_ ? (*conv_)(x) : upsample_linear(x);
}

}  // namespace myoseg
