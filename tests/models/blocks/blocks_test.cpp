// Blocks with kernels, strides and factors that differ by axis are the at:: calls written out.
#include "models/blocks/blocks.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "models/blocks/conv_steps.h"
#include "models/runtime/kernel_scope.h"

namespace myoseg {
namespace {

using Sizes = std::vector<std::int64_t>;

at::Tensor numbers(at::IntArrayRef size) {
  std::int64_t count = 1;
  for (const std::int64_t s : size) count *= s;
  return at::sin(at::arange(count, at::kFloat)).reshape(size);
}

// Layers are zero when made; every parameter gets numbers of its own.
template <class Module>
void fill(Module& module) {
  const at::NoGradGuard no_grad;
  double factor = 1;
  for (auto& parameter : module.parameters())
    parameter.copy_((factor += 0.1) * numbers(parameter.sizes()));
}

at::Tensor batch_normed(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
  return at::batch_norm(x, weight, bias, {}, {}, /*training=*/true, 0.1, 1e-5, true);
}

TEST(Blocks, ConvNormActByAxisIsConvolutionNormAndActivation) {
  ConvNormAct block({.dims = 3, .activation = Activation::leaky_relu}, 2, 4, Sizes{1, 3, 3},
                    Sizes{1, 2, 2});
  fill(block);
  const auto p = block.parameters();
  ASSERT_EQ(p[0].sizes(), (Sizes{4, 2, 1, 3, 3}));
  const at::Tensor x = numbers({2, 2, 3, 8, 6});
  const at::Tensor conv = at::conv3d(x, p[0], p[1], {1, 2, 2}, {0, 1, 1});
  const at::Tensor y = block.forward(x);
  EXPECT_EQ(y.sizes(), (Sizes{2, 4, 3, 4, 3}));
  EXPECT_TRUE(y.equal(at::leaky_relu(batch_normed(conv, p[2], p[3]), 0.01)));
}

TEST(Blocks, NormActConvByAxisIsTheOtherOrder) {
  NormActConv block({.dims = 3}, 2, 4, Sizes{1, 3, 3}, Sizes{1, 2, 2});
  fill(block);
  const auto p = block.parameters();
  const at::Tensor x = numbers({2, 2, 3, 8, 6});
  const at::Tensor active = at::relu(batch_normed(x, p[0], p[1]));
  EXPECT_TRUE(block.forward(x).equal(at::conv3d(active, p[2], p[3], {1, 2, 2}, {0, 1, 1})));
}

TEST(Blocks, AStackHasItsStrideInTheFirstBlock) {
  ConvStack stack({.dims = 3, .norm = Norm::none}, 2, 1, 2, Sizes{1, 3, 3}, Sizes{1, 2, 2});
  fill(stack);
  const auto p = stack.parameters();
  const at::Tensor x = numbers({1, 1, 3, 8, 6});
  const at::Tensor first = at::relu(at::conv3d(x, p[0], p[1], {1, 2, 2}, {0, 1, 1}));
  EXPECT_TRUE(stack.forward(x).equal(at::relu(at::conv3d(first, p[2], p[3], 1, {0, 1, 1}))));
}

TEST(Blocks, OneNumberStandsForEveryAxis) {
  const BlockStyle style{.dims = 3};
  ConvNormAct one(style, 1, 2, 5, 2), all(style, 1, 2, Sizes{5, 5, 5}, Sizes{2, 2, 2});
  fill(one);
  fill(all);
  const at::Tensor x = numbers({1, 1, 4, 8, 6});
  EXPECT_TRUE(one.forward(x).equal(all.forward(x)));
  EXPECT_THROW(ConvNormAct(style, 1, 2, Sizes{3, 3}), std::invalid_argument);
}

TEST(Blocks, UpsampleByAxisKeepsTheNumberOfSlices) {
  const at::Tensor x = numbers({2, 4, 3, 4, 5});
  const Sizes factor{1, 2, 2};
  Upsample narrow(Upsampling::transposed2, 3, 4, factor),
      wide(Upsampling::transposed4, 3, 4, factor), linear(Upsampling::bilinear, 3, 4, factor);
  fill(narrow);
  fill(wide);
  auto p = narrow.parameters();
  EXPECT_EQ(p[0].sizes(), (Sizes{4, 2, 1, 2, 2}));
  EXPECT_TRUE(narrow.forward(x).equal(at::conv_transpose3d(x, p[0], p[1], {1, 2, 2})));
  p = wide.parameters();
  EXPECT_EQ(p[0].sizes(), (Sizes{4, 2, 1, 4, 4}));
  EXPECT_TRUE(wide.forward(x).equal(at::conv_transpose3d(x, p[0], p[1], {1, 2, 2}, {0, 1, 1})));
  EXPECT_TRUE(linear.forward(x).equal(at::upsample_trilinear3d(x, {3, 8, 10}, false)));
  for (Upsample* each : {&narrow, &wide, &linear})
    EXPECT_EQ(each->forward(x).sizes().slice(2), (Sizes{3, 8, 10}));
}

TEST(Blocks, UpsampleDoublesEveryAxisByItself) {
  for (const auto kind : {Upsampling::transposed2, Upsampling::transposed4, Upsampling::bilinear}) {
    Upsample block(kind, 3, 4);
    EXPECT_EQ(block.forward(numbers({1, 4, 2, 3, 5})).sizes(), (Sizes{1, block.out(), 4, 6, 10}));
  }
}

TEST(Blocks, PoolingAndPaddingByAxis) {
  const at::Tensor x = numbers({1, 2, 3, 7, 5});
  EXPECT_TRUE(max_pool(x, {1, 2, 2}).equal(at::max_pool3d(x, {1, 2, 2}, {1, 2, 2})));
  EXPECT_TRUE(max_pool(x, 2).equal(at::max_pool3d(x, {2, 2, 2}, {2, 2, 2})));
  EXPECT_TRUE(pad_to_multiple(x, {1, 4, 4}, Padding::zero)
                  .equal(at::constant_pad_nd(x, {0, 3, 0, 1, 0, 0}, 0)));
  EXPECT_TRUE(pad_to_multiple(x, {2, 4, 4}, Padding::replicate)
                  .equal(at::pad(x, {0, 3, 0, 1, 0, 1}, "replicate")));
}

TEST(ConvSteps, ActivationsAreThoseOfAt) {
  const at::Tensor x = numbers({1, 2, 3, 4});
  EXPECT_TRUE(activate(x.clone(), Activation::none).equal(x));
  EXPECT_TRUE(activate(x.clone(), Activation::relu).equal(at::relu(x)));
  EXPECT_TRUE(activate(x.clone(), Activation::leaky_relu).equal(at::leaky_relu(x, 0.01)));
  EXPECT_TRUE(activate(x.clone(), Activation::sigmoid).equal(at::sigmoid(x)));
  EXPECT_TRUE(activate(x.clone(), Activation::gelu).equal(at::gelu(x)));
}

TEST(ConvSteps, NormMayBeNull) {
  Conv conv({.in = 2, .out = 3});
  fill(conv);
  const auto p = conv.parameters();
  const at::Tensor x = numbers({1, 2, 5, 4});
  EXPECT_TRUE(conv_norm_act(conv, nullptr, Activation::relu, x)
                  .equal(at::relu(at::conv2d(x, p[0], p[1], 1, 1))));
}

// A learnt slope is a parameter of the fused step: of any sign, in training and in prediction.
TEST(ConvSteps, PReluIsPartOfAStep) {
  const at::Tensor x = numbers({2, 3, 6, 5, 4});
  for (const double slope : {-0.3, 0.25, 1.5}) {
    std::vector<std::vector<at::Tensor>> of_kernels;
    for (const Kernels kernels : {Kernels::library, Kernels::f2}) {
      const KernelScope scope(kernels);
      Conv conv({.dims = 3, .in = 3, .out = 16});
      InstanceNorm norm(3, 16);
      fill(conv);
      fill(norm);
      const ActivationStep activation(Activation::prelu);
      at::Tensor weight = activation.prelu->parameters().front();
      weight.data().fill_(slope);
      const at::Tensor y = conv_norm_act(conv, &norm, activation, x);
      (y * numbers(y.sizes())).sum().backward();
      const at::NoGradGuard no_grad;
      of_kernels.push_back({y.detach(), conv_norm_act(conv, &norm, activation, x),
                            conv_norm_act(conv, nullptr, activation, x), weight.grad(),
                            conv.weight().grad(), norm.parameters().front().grad()});
    }
    for (std::size_t i = 0; i < of_kernels[0].size(); ++i)
      EXPECT_TRUE(at::allclose(of_kernels[1][i], of_kernels[0][i], 1e-3, 1e-3))
          << slope << " " << i << " " << (of_kernels[1][i] - of_kernels[0][i]).abs().max();
  }
}

}  // namespace
}  // namespace myoseg
