// Activation checkpointing changes the memory of a training step and nothing else.
#include "models/blocks/recompute.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/config/tree/yaml.h"
#include "models/blocks/blocks.h"
#include "models/runtime/forward.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

using Tensors = std::vector<at::Tensor>;

// A small network of every kind that has blocks, with dropout where it has any, without the end of
// its options.
const std::vector<std::string> kNetworks{
    "{name: unet, widths: [4, 8], bottleneck: 8, dropout: 0.2",
    "{name: unet, widths: [4, 8], bottleneck: 8, dims: 3, order: upsample_then_concat, "
    "norm: instance, dropout: 0.2",
    "{name: dense_block_unet, growth: 4, stem: 8, layers: [2, 2], bottleneck: 2",
    "{name: monai_unet, channels: [4, 8, 8], strides: [2, [1, 2, 2]], norm: batch, dropout: 0.2",
    "{name: monai_unet, channels: [4, 8, 8], strides: [2, 2], residual_units: 0",
    "{name: basic_unet, features: [4, 4, 8, 8, 8, 4], dropout: 0.2",
    "{name: dynunet, kernels: [3, 3, 3], strides: [1, 2, 2], filters: [4, 8, 8], residual: true, "
    "norm: batch, activation: prelu, deep_supervision: 1, dropout: 0.2",
    "{name: unetr, image_size: [16, 32, 32], feature_size: 4, hidden_size: 24, mlp_dim: 32, "
    "heads: 4, dropout: 0.2"};
const std::string kSegformer =
    "{name: segformer, decoder_channels: 16, encoder: {name: mit_b0, widths: [8, 8, 16, 16], "
    "heads: [1, 2, 2, 4], depths: [1, 2, 1, 1], drop_path: 0.5";

// Whether blocks use their input twice: only then are gradients summed in another order.
bool has_shortcuts(const std::string& options) {
  for (const char* part : {"norm: batch", "unetr"})
    if (options.find(part) != std::string::npos) return true;
  return false;
}

class Recompute : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Networks, Recompute, ::testing::ValuesIn([] {
                           auto all = kNetworks;
                           all.push_back(kSegformer);
                           return all;
                         }()));

at::Tensor image_for(const Network& network, at::ScalarType type) {
  std::vector<std::int64_t> size{2, 1, 32, 32};
  if (network.dims() == 3) size.insert(size.begin() + 2, 16);
  std::int64_t count = 1;
  for (const std::int64_t s : size) count *= s;
  return at::sin(at::arange(count, at::TensorOptions(type))).reshape(size);
}

struct Step {
  std::string name;
  Tensors outputs, gradients, buffers, next_outputs;
};

// Two forward passes before the backward pass of both, then one pass more: draws of the second pass
// must not be those of the first, and go on where they were.
Step step_of(const std::string& options, const std::string& checkpointing, at::ScalarType type,
             Precision precision = Precision::fp32) {
  const bool encoder = options == kSegformer;
  const auto network = testing::make_network(
      parse_yaml(options + ", activation_checkpointing: " + checkpointing + (encoder ? "}}" : "}"),
                 "test"),
      {1, 3});
  initialise(*network, 1);
  network->to(type);
  network->train();
  set_random_step(*network, 7, 1);
  const at::Tensor image = image_for(*network, type);
  Step step;
  at::Tensor loss = at::zeros({}, image.options());
  for (int pass = 0; pass < 2; ++pass) {
    const PrecisionScope scope(precision, at::kCPU);
    for (const auto& y : network->forward_all(image)) {
      loss = loss + y.to(type).square().mean();
      step.outputs.push_back(y.detach().to(type));
    }
  }
  loss.backward();
  for (const auto& p : network->parameters()) step.gradients.push_back(p.grad());
  for (const auto& b : network->buffers()) step.buffers.push_back(b.clone());
  at::NoGradGuard no_grad;
  step.next_outputs.push_back(network->forward(image));
  return step;
}

void expect_same(const Tensors& a, const Tensors& b, const char* what) {
  ASSERT_EQ(a.size(), b.size()) << what;
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(a[i].equal(b[i])) << what << " " << i;
}

// `rounding`: of a gradient's numbers, as a share of the largest of them all.
void expect_same(const std::string& options, double rounding, at::ScalarType type,
                 Precision precision = Precision::fp32) {
  const Step a = step_of(options, "blocks", type, precision),
             b = step_of(options, "none", type, precision);
  expect_same(a.outputs, b.outputs, "output");
  expect_same(a.buffers, b.buffers, "buffer");
  expect_same(a.next_outputs, b.next_outputs, "next output");
  if (!has_shortcuts(options)) return expect_same(a.gradients, b.gradients, "gradient");
  double largest = 0;
  for (const auto& g : b.gradients) largest = std::max(largest, g.abs().max().item<double>());
  ASSERT_EQ(a.gradients.size(), b.gradients.size());
  for (std::size_t i = 0; i < a.gradients.size(); ++i)
    EXPECT_LE((a.gradients[i] - b.gradients[i]).abs().max().item<double>(), rounding * largest)
        << i;
}

TEST_P(Recompute, GivesTheSameStepInFloat32) { expect_same(GetParam(), 1e-6, at::kFloat); }

TEST_P(Recompute, GivesTheSameStepInFloat64) { expect_same(GetParam(), 1e-14, at::kDouble); }

TEST_P(Recompute, ComputesAgainInThePrecisionOfTheForwardPass) {
  expect_same(GetParam(), 1e-2, at::kFloat, Precision::bf16);
}

TEST_P(Recompute, IsInNoHash) {
  const auto hash = [&](const std::string& end) {
    return config_hash(bind<testing::NetworkHolder>(parse_yaml(
        "{network: " + GetParam() + end + (GetParam() == kSegformer ? "}}}" : "}}"), "test")));
  };
  EXPECT_EQ(hash(", activation_checkpointing: blocks"), hash(""));
}

TEST(RunBlock, FrozenBlocksPassGradientsOnToTheirInputs) {
  const auto block = std::make_shared<ConvStack>(BlockStyle{}, 2, 1, 2);
  for (auto& p : block->parameters()) p.set_requires_grad(false).fill_(0.5);
  const auto gradient = [&](Checkpointing kind) {
    at::Tensor x = at::sin(at::arange(32, at::kFloat)).reshape({1, 1, 4, 8}).requires_grad_();
    run_block(kind, *block, x).square().sum().backward();
    return x.grad();
  };
  EXPECT_TRUE(gradient(Checkpointing::blocks).equal(gradient(Checkpointing::none)));
  const at::Tensor image = at::ones({1, 1, 4, 8});
  EXPECT_FALSE(run_block(Checkpointing::blocks, *block, image).requires_grad());
}

}  // namespace
}  // namespace myoseg
