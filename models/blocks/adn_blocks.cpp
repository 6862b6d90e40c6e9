#include "models/blocks/adn_blocks.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

namespace myoseg {
namespace {

std::shared_ptr<Conv> adn_conv(const AdnStyle& style, const AdnConv& shape) {
  ConvOptions o{.dims = style.dims,
                .in = shape.in,
                .out = shape.out,
                .kernel = shape.kernel,
                .stride = shape.stride,
                .padding = shape.kernel,
                .bias = style.bias,
                .transposed = shape.transposed};
  for (auto& padding : o.padding) padding = (padding - 1) / 2;
  if (shape.transposed) {
    o.output_padding = shape.stride;
    for (auto& padding : o.output_padding) padding -= 1;
  }
  return std::make_shared<Conv>(std::move(o));
}

bool all_one(const std::vector<std::int64_t>& stride) {
  return std::all_of(stride.begin(), stride.end(), [](std::int64_t s) { return s == 1; });
}

}  // namespace

void describe(Fields& f, AdnStyle& o) {
  f("dims", o.dims, between(2, 3), "Spatial dimensions: 2 for slices, 3 for volumes.");
  f("norm", o.norm,
    "Normalisation after each convolution; instance_plain is MONAI's `instance`, instance its "
    "(instance, affine: true).");
  f("norm_groups", o.norm_groups, between(1, 1024), "Groups of channels of the norm `group`.");
  f("activation", o.activation, "Activation; prelu has a learnt slope for each layer.");
  f("slope", o.slope, kFraction, "Slope of leaky_relu for negative numbers.");
  f("dropout", o.dropout, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of numbers zeroed in training.");
}

ConvAdn::ConvAdn(const AdnStyle& style, const AdnConv& shape)
    : activation_(shape.conv_only ? Activation::none : style.activation, style.slope) {
  conv_ = register_module("conv", adn_conv(style, shape));
  if (shape.conv_only) return;
  norm_ = make_norm(style.norm, style.dims, shape.out, style.norm_groups);
  if (!norm_ && !activation_.prelu && style.dropout == 0) return;
  const auto adn = register_module("adn", std::make_shared<torch::nn::Module>());
  if (norm_) adn->register_module("N", norm_);
  if (style.dropout > 0)
    dropout_ = adn->register_module("D", std::make_shared<Dropout>(style.dropout));
  if (activation_.prelu) adn->register_module("A", activation_.prelu);
}

at::Tensor ConvAdn::forward(const at::Tensor& x) {
  if (!dropout_ || !is_training()) return conv_norm_act(*conv_, norm_.get(), activation_, x);
  const at::Tensor y = conv_norm_act(*conv_, norm_.get(), Activation::none, x);
  return activate((*dropout_)(y), activation_);
}

std::optional<ConvStep> ConvAdn::step() const {
  if (dropout_ && is_training()) return {};
  return ConvStep{conv_.get(), norm_.get(), activation_};
}

at::Tensor forward_in_row(const std::vector<ConvAdn*>& blocks,
                          const std::vector<at::Tensor>& parts) {
  std::vector<ConvStep> steps;
  for (const ConvAdn* block : blocks)
    if (const auto step = block->step()) steps.push_back(*step);
  if (steps.size() == blocks.size()) return conv_chain(steps, parts);
  at::Tensor x = joined_channels(parts);
  for (ConvAdn* block : blocks) x = block->forward(x);
  return x;
}

// The reference's residual convolution has the kernel of the units, but is pointwise where only the
// channels change.
ResidualUnit::ResidualUnit(const AdnStyle& style, const AdnConv& shape, int units,
                           bool last_conv_only) {
  const auto conv = register_module("conv", std::make_shared<torch::nn::Module>());
  AdnConv unit = shape;
  for (int i = 0; i < std::max(1, units); ++i) {
    unit.conv_only = last_conv_only && i == std::max(1, units) - 1;
    units_.push_back(
        conv->register_module("unit" + std::to_string(i), std::make_shared<ConvAdn>(style, unit)));
    unit.in = shape.out;
    unit.stride.assign(unit.stride.size(), 1);
  }
  if (all_one(shape.stride) && shape.in == shape.out) return;
  AdnConv residual = shape;
  if (all_one(shape.stride)) residual.kernel.assign(residual.kernel.size(), 1);
  residual_ = register_module("residual", adn_conv(style, residual));
}

at::Tensor ResidualUnit::forward(const at::Tensor& x) {
  std::vector<ConvAdn*> units;
  for (const auto& unit : units_) units.push_back(unit.get());
  const at::Tensor y = forward_in_row(units, {x});
  return residual_sum(y, residual_ ? (*residual_)(x) : x, Activation::none);
}

}  // namespace myoseg
