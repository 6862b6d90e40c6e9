// MONAI's networks, beyond what golden records say of them: options, sizes, dropout, refusals.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

using Sizes = std::vector<std::int64_t>;

at::Tensor numbers(at::IntArrayRef size) {
  std::int64_t count = 1;
  for (const std::int64_t s : size) count *= s;
  return at::sin(at::arange(count, at::kFloat)).reshape(size);
}

std::shared_ptr<Network> network_of(const std::string& yaml, const NetworkIo& io = {1, 3}) {
  auto network = testing::make_network(parse_yaml(yaml, "test"), io);
  initialise(*network, 1);
  return network;
}

std::int64_t parameters_of(const std::string& yaml, const NetworkIo& io) {
  std::int64_t count = 0;
  for (const auto& p : testing::make_network(parse_yaml(yaml, "test"), io)->parameters())
    count += p.numel();
  return count;
}

// What the refusal says; "" when there is none.
std::string refusal(const std::string& yaml, const Sizes& image = {}) {
  try {
    const auto network = network_of(yaml);
    if (!image.empty()) (void)network->forward_all(numbers(image));
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
  return "";
}

const std::string kUnetOf3 = "{name: monai_unet, channels: [4, 8, 8], ";
const std::string kDynUnetOf3 = "{name: dynunet, kernels: [3, 3, 3], filters: [4, 8, 8], ";
const std::string kSmallUnetr =
    "{name: unetr, image_size: [32, 16, 16], feature_size: 4, hidden_size: 24, mlp_dim: 32, "
    "heads: 4";

TEST(MonaiNetworks, HaveTheParametersOfKim2024) {
  EXPECT_EQ(parameters_of("{name: monai_unet, norm: batch}", {1, 30}), 4'857'413);
  EXPECT_EQ(parameters_of("{name: unetr, image_size: [96, 96, 96]}", {1, 30}), 92'784'318);
}

TEST(MonaiNetworks, TakeKernelsAndStridesByAxis) {
  at::NoGradGuard no_grad;
  for (const std::string& yaml :
       {kUnetOf3 + "strides: [[1, 2, 2], 2], kernel: [1, 3, 3], up_kernel: [1, 3, 5]}",
        kDynUnetOf3 + "strides: [1, [1, 2, 2], 2]}"}) {
    const auto network = network_of(yaml);
    EXPECT_EQ(network->dims(), 3);
    EXPECT_EQ(network->forward(numbers({1, 1, 3, 10, 9})).sizes(), (Sizes{1, 3, 3, 10, 9}));
  }
  EXPECT_EQ(
      network_of(kUnetOf3 + "dims: 2, strides: [2, 3]}")->forward(numbers({1, 1, 7, 10})).sizes(),
      (Sizes{1, 3, 7, 10}));
}

TEST(MonaiNetworks, DropoutFollowsTheRandomStepAndEndsWithTraining) {
  at::NoGradGuard no_grad;
  const auto image = numbers({1, 1, 32, 16, 16});
  for (const std::string& yaml :
       {kUnetOf3 + "strides: [2, 2], ",
        std::string("{name: basic_unet, features: [4, 4, 8, 8, 8, 4], "),
        kDynUnetOf3 + "strides: [1, 2, 2], residual: true, ", kSmallUnetr + ", "}) {
    const auto network = network_of(yaml + "dropout: 0.3}"),
               without = network_of(yaml + "dropout: 0}");
    const auto at_step = [&](std::int64_t step) {
      network->train();
      set_random_step(*network, 7, step);
      return network->forward(image);
    };
    const at::Tensor first = at_step(1);
    EXPECT_TRUE(first.equal(at_step(1))) << yaml;
    EXPECT_FALSE(first.equal(at_step(2))) << yaml;
    network->eval();
    without->eval();
    EXPECT_TRUE(network->forward(image).equal(without->forward(image))) << yaml;
  }
}

TEST(MonaiNetworks, EveryNormAndActivationCanBeChosen) {
  at::NoGradGuard no_grad;
  for (const char* norm : {"batch", "instance", "instance_plain", "group", "none"})
    for (const char* activation : {"prelu", "leaky_relu", "gelu"}) {
      const std::string style = fmt::format(
          "strides: [1, 2, 2], norm: {}, norm_groups: 2, "
          "activation: {}}}",
          norm, activation);
      const auto y = network_of(kDynUnetOf3 + style)->forward(numbers({1, 1, 8, 8, 8}));
      EXPECT_TRUE(at::isfinite(y).all().item<bool>()) << style;
    }
}

TEST(MonaiNetworks, PreluBeginsWithAQuarter) {
  int slopes = 0;
  for (const auto& [name, tensor] : state_of(*network_of(kUnetOf3 + "strides: [2, 2]}"))) {
    if (!name.ends_with(".A.weight")) continue;
    EXPECT_EQ(tensor.item<float>(), 0.25F);
    ++slopes;
  }
  EXPECT_GT(slopes, 0);
}

TEST(MonaiNetworks, BasicUnetInterpolatesInVolumesToo) {
  at::NoGradGuard no_grad;
  const std::string options = "{name: basic_unet, features: [4, 4, 8, 8, 8, 4], upsampling: linear";
  EXPECT_EQ(network_of(options + "}")->forward(numbers({1, 1, 16, 33, 18})).sizes(),
            (Sizes{1, 3, 16, 33, 18}));
  EXPECT_EQ(network_of(options + ", dims: 2}")->forward(numbers({1, 1, 33, 18})).sizes(),
            (Sizes{1, 3, 33, 18}));
}

// The perceptron's weights are the convolution's with the voxels of a patch before the channels.
TEST(MonaiNetworks, BothEmbeddingsOfUnetrComputeTheSame) {
  at::NoGradGuard no_grad;
  const NetworkIo io{2, 3};
  const auto conv = network_of(kSmallUnetr + ", embedding: conv}", io),
             linear = network_of(kSmallUnetr + "}", io);
  NamedTensors theirs = state_of(*conv);
  for (auto& [name, tensor] : theirs) {
    const std::string beginning = "vit.patch_embedding.patch_embeddings.";
    if (!name.starts_with(beginning)) continue;
    name = beginning + "1." + name.substr(beginning.size());
    if (tensor.dim() == 5) tensor = tensor.permute({0, 2, 3, 4, 1}).flatten(1);
  }
  load_state(*linear, {theirs, {}}, "conv");
  const auto image = numbers({1, 2, 32, 16, 16});
  EXPECT_TRUE(at::allclose(linear->forward(image), conv->forward(image), 1e-4, 1e-4));
}

TEST(MonaiNetworks, DynUnetTrainsOnCoarserOutputs) {
  at::NoGradGuard no_grad;
  const std::string options =
      "{name: dynunet, kernels: [3, 3, 3, 3], filters: [4, 8, 8, 8], "
      "strides: [1, [1, 2, 2], 2, 2], deep_supervision: ";
  const auto network = network_of(options + "2}");
  const auto image = numbers({1, 1, 8, 16, 24});
  const auto outputs = network->forward_all(image);
  ASSERT_EQ(outputs.size(), 3U);
  EXPECT_TRUE(outputs[0].equal(network->forward(image)));
  EXPECT_EQ(outputs[1].sizes(), (Sizes{1, 3, 8, 8, 12}));
  EXPECT_EQ(outputs[2].sizes(), (Sizes{1, 3, 4, 4, 6}));
  EXPECT_EQ(network_of(options + "0}")->forward_all(image).size(), 1U);
  EXPECT_NE(refusal(options + "2}", {1, 1, 8, 16, 25}).find("multiples of [4,8,8]"),
            std::string::npos);
  EXPECT_NO_THROW(network->check_size({8, 16, 25}, /*training=*/false));
  EXPECT_THROW(network->check_size({8, 16, 25}, /*training=*/true), Error);
  EXPECT_NE(refusal(options + "3}").find("fewer heads"), std::string::npos);
}

TEST(MonaiNetworks, WhatTheyCannotBeIsRefusedInOneSentence) {
  const auto expect = [](const std::string& yaml, const std::string& part,
                         const Sizes& image = {}) {
    const std::string text = refusal(yaml, image);
    EXPECT_NE(text.find(part), std::string::npos) << yaml << ": " << text;
  };
  expect(kUnetOf3 + "strides: [2]}", "strides");
  expect(kUnetOf3 + "strides: [2, [2, 2]]}", "one for each of 3 axes");
  expect(kUnetOf3 + "strides: [2, 2], kernel: 4}", "odd");
  expect(kUnetOf3 + "strides: [2, 2], norm: group, norm_groups: 3}", "3 groups");
  expect("{name: basic_unet, features: [4, 4]}", "six numbers");
  expect("{name: unetr}", "image_size");
  expect("{name: unetr, image_size: [96, 96]}", "one number for each");
  expect("{name: unetr, image_size: [96, 96, 90]}", "multiples of 16");
  expect("{name: unetr, image_size: [32, 32, 32], hidden_size: 100}", "multiple of heads");
  expect(kSmallUnetr + "}", "image_size [32,16,16]", {1, 1, 32, 32, 16});
  expect(kDynUnetOf3 + "strides: [2, 2, 2]}", "the first is 1");
  expect("{name: dynunet, kernels: [3, 2, 3], strides: [1, 2, 2]}", "odd");
  expect("{name: dynunet, kernels: [3, 1, 3], strides: [1, 4, 2]}", "leaves voxels out");
}

}  // namespace
}  // namespace myoseg
