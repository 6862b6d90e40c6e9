// The U-Net's acceptance number and its forms.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/config/tree/yaml.h"
#include "core/error.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

std::shared_ptr<Network> unet(std::vector<std::pair<std::string, Node>> options,
                              NetworkIo io = {1, 6}, bool small = true) {
  Node node = small ? testing::tiny("unet") : Node(Node::Map{});
  node.set("name", Node("unet"));
  for (auto& [key, value] : options) node.set(key, std::move(value));
  auto network = testing::make_network(node, io);
  initialise(*network, 1);
  return network;
}

std::int64_t parameters_of(const Network& network) {
  std::int64_t n = 0;
  for (const auto& p : network.parameters()) n += p.numel();
  return n;
}

TEST(Unet, HasTheParametersOfKreher2022) {
  const auto network = unet({}, {1, 6}, false);
  EXPECT_EQ(parameters_of(*network), 12'944'694);
}

// Hand count: transposed convolution 2x2 of a classic U-Net with widths 64..1024 is the 31.0 M
// network of the paper.
TEST(Unet, ClassicFormHasTheKnownNumberOfParameters) {
  const auto network =
      unet({{"widths", Node(Node::List{Node(64), Node(128), Node(256), Node(512)})},
            {"bottleneck", Node(1024)},
            {"order", Node("upsample_then_concat")},
            {"upsampling", Node("transposed2")},
            {"norm", Node("none")}},
           {1, 2}, false);
  EXPECT_EQ(parameters_of(*network), 31'030'658);
}

TEST(Unet, UpBlockJoinsThePooledFeaturesFirst) {
  const auto info = network_info(*unet({}, {1, 6}, false), {1, 6}, {64, 48});
  const auto layer = [&](const std::string& name) {
    for (const auto& l : info.layers)
      if (l.name == name) return l;
    ADD_FAILURE() << "no layer " << name;
    return LayerInfo{};
  };
  EXPECT_EQ(layer("bottleneck.1.conv").output, (std::vector<std::int64_t>{1, 512, 4, 3}));
  // 512 + 256 joined at 4 x 3, then upsampled to 384 channels at 8 x 6.
  EXPECT_EQ(layer("up4.upsample.conv").output, (std::vector<std::int64_t>{1, 384, 8, 6}));
  EXPECT_EQ(layer("up4.upsample.conv").parameters, 768 * 384 * 16 + 384);
  EXPECT_EQ(layer("up4.upsample.conv").multiply_adds, 768 * 12 * 384 * 16);
  EXPECT_EQ(layer("up1.conv.1.conv").output, (std::vector<std::int64_t>{1, 32, 64, 48}));
  EXPECT_EQ(layer("head").multiply_adds, 64 * 48 * 32 * 6);
}

TEST(Unet, EveryFormTrainsInTwoAndThreeDimensions) {
  for (const int dims : {2, 3})
    for (const char* order : {"concat_then_upsample", "upsample_then_concat"})
      for (const char* upsampling : {"transposed4", "transposed2", "bilinear"})
        for (const char* norm : {"batch", "instance", "none"}) {
          const auto network = unet({{"dims", Node(dims)},
                                     {"order", Node(order)},
                                     {"upsampling", Node(upsampling)},
                                     {"norm", Node(norm)},
                                     {"activation", Node("leaky_relu")},
                                     {"padding", Node("zero")},
                                     {"conv_bias", Node(false)},
                                     {"dropout", Node(0.1)}},
                                    {2, 3});
          const std::vector<std::int64_t> size = dims == 2
                                                     ? std::vector<std::int64_t>{2, 2, 19, 17}
                                                     : std::vector<std::int64_t>{2, 2, 9, 17, 10};
          network->train();
          const auto y = network->forward(at::ones(size));
          EXPECT_EQ(y.dim(), dims + 2);
          EXPECT_EQ(y.size(-1), size.back());
          y.square().mean().backward();
          for (const auto& p : network->named_parameters())
            EXPECT_TRUE(p.value().grad().defined()) << order << upsampling << norm << p.key();
        }
}

// Slices 5 mm apart: the first level halves within the slices only.
TEST(Unet, StridesByAxisPoolGrowAndEnlargeAlike) {
  const Node by_axis = parse_yaml("[[1, 2, 2], 2, [1, 2, 2]]", "test");
  for (const char* order : {"concat_then_upsample", "upsample_then_concat"})
    for (const char* upsampling : {"transposed4", "transposed2", "bilinear"}) {
      const auto network = unet({{"dims", Node(3)},
                                 {"strides", by_axis},
                                 {"order", Node(order)},
                                 {"upsampling", Node(upsampling)}});
      EXPECT_EQ(network->size_multiple(), (std::vector<std::int64_t>{2, 8, 8}));
      const auto info = network_info(*network, {1, 6}, {5, 16, 24});
      EXPECT_EQ(info.layers.back().output, (std::vector<std::int64_t>{1, 6, 6, 16, 24}));
      for (const auto& layer : info.layers)
        if (layer.name == "bottleneck.0.conv") {
          EXPECT_EQ(layer.output, (std::vector<std::int64_t>{1, 16, 3, 2, 3}));
        }
    }
}

TEST(Unet, StridesOfTwoAreWhatItHasWithoutThem) {
  at::NoGradGuard no_grad;
  const auto x = at::sin(at::arange(9 * 17 * 10, at::kFloat)).reshape({1, 1, 9, 17, 10});
  const auto logits = [&](const char* name, const char* strides) {
    Node node = testing::tiny(name);
    node.set("dims", Node(3));
    if (strides != nullptr) node.set("strides", parse_yaml(strides, "test"));
    const auto network = testing::make_network(node, {1, 3});
    initialise(*network, 1);
    network->eval();
    return network->forward(x);
  };
  for (const char* name : {"unet", "dense_block_unet"}) {
    EXPECT_TRUE(logits(name, nullptr).equal(logits(name, "[2, 2, [2, 2, 2]]"))) << name;
    EXPECT_EQ(logits(name, "[[1, 2, 2], [1, 3, 2], 2]").sizes(), logits(name, nullptr).sizes());
    EXPECT_THROW(logits(name, "[2, 2]"), Error) << name;
    EXPECT_THROW(logits(name, "[2, 2, [1, 2]]"), Error) << name;
  }
}

TEST(Unet, StridesAreInTheHashOnceTheyAreGiven) {
  const auto hash = [](const std::string& options) {
    return config_hash(
        bind<testing::NetworkHolder>(parse_yaml("{network: {name: unet" + options + "}}", "test")));
  };
  EXPECT_EQ(hash(", strides: []"), hash(""));
  EXPECT_NE(hash(", strides: [2, 2, 2, 2]"), hash(""));
}

TEST(Unet, InitialWeightsFollowPyTorchsDefault) {
  const auto network = unet({}, {1, 6}, false);
  std::map<std::string, at::Tensor> state;
  std::size_t norms = 0;
  for (const auto& [name, tensor] : state_of(*network)) {
    state.emplace(name, tensor);
    if (!name.ends_with("norm.weight") && !name.ends_with("running_var")) continue;
    EXPECT_TRUE(tensor.eq(1).all().item<bool>()) << name;
    ++norms;
  }
  EXPECT_GT(norms, 0U);
  const double bound = 1 / std::sqrt(32 * 9.0);
  for (const char* name : {"down2.conv.0.conv.weight", "down2.conv.0.conv.bias"}) {
    EXPECT_LE(state.at(name).abs().max().item<double>(), bound);
    EXPECT_GT(state.at(name).abs().max().item<double>(), 0.9 * bound);
    EXPECT_NEAR(state.at(name).mean().item<double>(), 0, 0.15 * bound);
  }
  // Fan-in counts the second dimension, which here is the outputs, as in PyTorch.
  EXPECT_NEAR(state.at("up4.upsample.conv.weight").abs().max().item<double>(),
              1 / std::sqrt(384 * 16.0), 1e-4);
}

TEST(Unet, DropoutIsAFunctionOfSeedAndStep) {
  const auto network = unet({{"dropout", Node(0.5)}, {"norm", Node("none")}});
  network->train();
  const auto x = at::ones({1, 1, 32, 32});
  const auto run = [&](std::uint64_t seed, std::int64_t step) {
    set_random_step(*network, seed, step);
    at::NoGradGuard no_grad;
    return network->forward(x);
  };
  const auto first = run(1, 5);
  EXPECT_FALSE(at::equal(first, run(1, 6)));
  EXPECT_FALSE(at::equal(first, run(2, 5)));
  EXPECT_TRUE(at::equal(first, run(1, 5)));
}

TEST(Unet, CountsTheMemoryTheBackwardPassKeeps) {
  // One level of width 2 without norms, by hand: see the sizes below. Activations overwrite their
  // input.
  const auto network = unet({{"widths", Node(Node::List{Node(2)})},
                             {"bottleneck", Node(4)},
                             {"convs_per_block", Node(1)},
                             {"norm", Node("none")},
                             {"upsampling", Node("transposed2")}},
                            {1, 3});
  const auto info = network_info(*network, {1, 3}, {8, 8});
  const std::int64_t floats = 64         // image, input of down1
                              + 2 * 64   // down1 after its activation, input of the pooling
                              + 2 * 16   // pooled, input of the bottleneck
                              + 4 * 16   // bottleneck after its activation
                              + 6 * 16   // both joined, input of the transposed convolution
                              + 3 * 64   // its output, input of up1's convolution
                              + 2 * 64;  // that after its activation, input of the head
  const std::int64_t pooling_indices = 2 * 16 * 8;
  EXPECT_EQ(info.activation_bytes, 4 * floats + pooling_indices);
}

TEST(Unet, RefusesOptionsThatMakeNoNetwork) {
  EXPECT_THROW(unet({{"widths", Node(Node::List{})}}), Error);
  EXPECT_THROW(unet({{"dims", Node(4)}}), Error);
  EXPECT_THROW(unet({{"norm", Node("layer")}}), Error);
}

}  // namespace
}  // namespace myoseg
