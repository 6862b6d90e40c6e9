#include "models/blocks/dynunet_blocks.h"

#include <ATen/ATen.h>

#include "core/error.h"

namespace myoseg {
namespace {

// Of one axis: half of what the kernel is wider than the stride, rounded up.
std::int64_t padding_of(std::int64_t kernel, std::int64_t stride) {
  if (kernel + 1 < stride)
    throw usage_error("a kernel of {} leaves voxels out at a stride of {}: make the kernel larger",
                      kernel, stride);
  return (kernel - stride + 1) / 2;
}

std::shared_ptr<Layer> norm_of(const AdnStyle& style, std::int64_t channels) {
  return make_norm(style.norm, style.dims, channels, style.norm_groups);
}

std::vector<std::int64_t> ones_like(const std::vector<std::int64_t>& list) {
  return std::vector<std::int64_t>(list.size(), 1);
}

}  // namespace

DynConvLayer::DynConvLayer(const AdnStyle& style, const DynConv& shape)
    : transposed_(shape.transposed) {
  ConvOptions o{.dims = style.dims,
                .in = shape.in,
                .out = shape.out,
                .kernel = shape.kernel,
                .stride = shape.stride,
                .padding = shape.kernel,
                .output_padding = ones_like(shape.kernel),
                .bias = shape.bias,
                .transposed = shape.transposed};
  for (std::size_t i = 0; i < o.kernel.size(); ++i) {
    o.padding[i] = padding_of(o.kernel[i], o.stride[i]);
    o.output_padding[i] = shape.transposed ? 2 * o.padding[i] + o.stride[i] - o.kernel[i] : 0;
  }
  conv_ = register_module("conv", std::make_shared<Conv>(std::move(o)));
  if (style.dropout > 0)
    dropout_ = register_module("dropout", std::make_shared<Dropout>(style.dropout));
}

at::Tensor DynConvLayer::forward(const at::Tensor& x) {
  const at::Tensor y = transposed_ ? upsample_conv(*conv_, x) : (*conv_)(x);
  return dropout_ ? (*dropout_)(y) : y;
}

at::Tensor DynConvLayer::forward(const at::Tensor& x, Layer* norm,
                                 const ActivationStep& activation) {
  if (!dropout_ || !is_training()) return conv_norm_act(*conv_, norm, activation, x);
  const at::Tensor y = (*dropout_)(conv_norm_act(*conv_, nullptr, Activation::none, x));
  return norm == nullptr ? activate(y, activation) : norm_act(*norm, activation, y);
}

std::optional<ConvStep> DynConvLayer::step(Layer* norm, const ActivationStep& activation) const {
  if (dropout_ && is_training()) return {};
  return ConvStep{conv_.get(), norm, activation};
}

DynBlock::DynBlock(const AdnStyle& style, const DynConv& shape, bool residual)
    : residual_(residual), activation_(style.activation, style.slope) {
  DynConv second = shape;
  second.in = shape.out;
  second.stride = ones_like(shape.stride);
  conv1_ = register_module("conv1", std::make_shared<DynConvLayer>(style, shape));
  conv2_ = register_module("conv2", std::make_shared<DynConvLayer>(style, second));
  if (activation_.prelu) register_module("lrelu", activation_.prelu);
  norm1_ = norm_of(style, shape.out);
  norm2_ = norm_of(style, shape.out);
  if (norm1_) register_module("norm1", norm1_);
  if (norm2_) register_module("norm2", norm2_);
  if (!residual || (shape.in == shape.out && shape.stride == second.stride)) return;
  DynConv third = shape;
  third.kernel = ones_like(shape.kernel);
  conv3_ = register_module("conv3", std::make_shared<DynConvLayer>(style, third));
  norm3_ = norm_of(style, shape.out);
  if (norm3_) register_module("norm3", norm3_);
}

at::Tensor DynBlock::convolved(const std::vector<at::Tensor>& parts, const ActivationStep& last) {
  const auto first = conv1_->step(norm1_.get(), activation_),
             second = conv2_->step(norm2_.get(), last);
  if (first && second) return conv_chain({*first, *second}, parts);
  return conv2_->forward(conv1_->forward(joined_channels(parts), norm1_.get(), activation_),
                         norm2_.get(), last);
}

at::Tensor DynBlock::forward(const std::vector<at::Tensor>& parts) {
  if (!residual_) return convolved(parts, activation_);
  const at::Tensor x = joined_channels(parts);
  const at::Tensor z = convolved({x}, Activation::none);
  return residual_sum(z, conv3_ ? conv3_->forward(x, norm3_.get(), Activation::none) : x,
                      activation_);
}

DynUp::DynUp(const AdnStyle& style, const Shape& shape) {
  up_ = register_module("transp_conv",
                        std::make_shared<DynConvLayer>(style, DynConv{.in = shape.in,
                                                                      .out = shape.out,
                                                                      .kernel = shape.up,
                                                                      .stride = shape.up,
                                                                      .transposed = true,
                                                                      .bias = shape.up_bias}));
  block_ = register_module("conv_block",
                           std::make_shared<DynBlock>(style,
                                                      DynConv{.in = 2 * shape.out,
                                                              .out = shape.out,
                                                              .kernel = shape.kernel,
                                                              .stride = ones_like(shape.kernel)},
                                                      shape.residual));
}

at::Tensor DynUp::forward(const at::Tensor& x, const at::Tensor& skip) {
  return block_->forward({up_->forward(x), skip});
}

DynHead::DynHead(const AdnStyle& style, std::int64_t in, std::int64_t classes) {
  const std::vector<std::int64_t> one(style.dims, 1);
  conv_ = register_module(
      "conv",
      std::make_shared<DynConvLayer>(
          style, DynConv{.in = in, .out = classes, .kernel = one, .stride = one, .bias = true}));
}

}  // namespace myoseg
