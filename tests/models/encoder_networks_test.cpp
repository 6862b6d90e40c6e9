// What the networks with encoders offer beyond their references, and the U-Net of dense blocks.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/error.h"
#include "models/blocks/forward_recorder.h"
#include "models/encoders/encoder.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

using testing::make_network;
using testing::tiny;

std::int64_t parameters_of(const Network& network) {
  std::int64_t n = 0;
  for (const auto& p : network.parameters()) n += p.numel();
  return n;
}

Node options(const std::string& name, std::vector<std::pair<std::string, Node>> values) {
  Node node(Node::Map{});
  node.set("name", Node(name));
  for (auto& [key, value] : values) node.set(key, std::move(value));
  return node;
}

TEST(Encoders, EveryOneGivesSixFeaturesOfItsChannels) {
  at::NoGradGuard no_grad;
  for (const EncoderEntry* entry : table(static_cast<const EncoderEntry*>(nullptr))) {
    const auto encoder = entry->make(entry->new_options().get(), 2);
    encoder->eval();
    const auto features = encoder->forward(at::zeros({1, 2, 32, 64}));
    ASSERT_EQ(features.size(), 6U) << entry->name;
    ASSERT_EQ(encoder->channels().size(), 6U) << entry->name;
    for (std::size_t i = 0; i < features.size(); ++i) {
      if (encoder->channels()[i] == 0) {
        EXPECT_EQ(features[i].numel(), 0) << entry->name;
        continue;
      }
      EXPECT_EQ(features[i].sizes(), at::IntArrayRef({1, encoder->channels()[i], 32 >> i, 64 >> i}))
          << entry->name;
    }
  }
}

// torchvision's totals (model cards) less the classifiers that an encoder does not have.
TEST(Encoders, HaveThePublishedNumbersOfParameters) {
  const std::map<std::string, std::int64_t> published{
      {"resnet18", 11'689'512 - 513'000},      {"resnet34", 21'797'672 - 513'000},
      {"resnet50", 25'557'032 - 2'049'000},    {"resnet101", 44'549'160 - 2'049'000},
      {"densenet121", 7'978'856 - 1'025'000},  {"densenet161", 28'681'000 - 2'209'000},
      {"densenet169", 14'149'480 - 1'665'000},
  };
  for (const auto& [name, expected] : published) {
    std::int64_t n = 0;
    for (const auto& p : Pick<EncoderEntry>(name).make(std::int64_t{3})->parameters())
      n += p.numel();
    EXPECT_EQ(n, expected) << name;
  }
}

// torchvision's figures at 224 x 224, which count the classifier: a thousand by the last features.
TEST(Encoders, HaveThePublishedMultiplyAdds) {
  at::NoGradGuard no_grad;
  const std::map<std::string, double> published{{"resnet18", 1.814e9 - 512e3},
                                                {"resnet50", 4.089e9 - 2048e3},
                                                {"densenet121", 2.834e9 - 1024e3}};
  for (const auto& [name, expected] : published) {
    const auto encoder = Pick<EncoderEntry>(name).make(std::int64_t{3});
    ForwardRecorder recorder;
    (void)encoder->forward(at::zeros({1, 3, 224, 224}));
    double sum = 0;
    for (const auto& call : recorder.calls()) sum += static_cast<double>(call.multiply_adds);
    EXPECT_NEAR(sum, expected, 0.001 * expected) << name;
  }
}

// Standard deviations by the schemes' formulas.
TEST(Encoders, StartAsTheirReferencesDo) {
  Node node = options("encoder_unet", {{"encoder", Node("resnet18")}});
  const auto network = make_network(node, {3, 4});
  initialise(*network, 1);
  std::map<std::string, at::Tensor> state;
  for (const auto& [name, tensor] : state_of(*network)) state.emplace(name, tensor);
  const auto expect_sd = [&](const std::string& name, double sd) {
    EXPECT_NEAR(state.at(name).std().item<double>(), sd, 0.02 * sd) << name;
  };
  const auto largest = [&](const std::string& name) {
    return state.at(name).abs().max().item<double>();
  };
  expect_sd("encoder.layer2.0.conv1.weight", std::sqrt(2 / (9.0 * 128)));    // out
  expect_sd("decoder.blocks.0.conv1.0.weight", std::sqrt(2 / (9.0 * 768)));  // in
  EXPECT_LE(largest("decoder.blocks.0.conv1.0.weight"), std::sqrt(6 / (9.0 * 768)));
  EXPECT_LE(largest("segmentation_head.0.weight"), std::sqrt(6 / (9.0 * (16 + 4))));
  EXPECT_EQ(largest("segmentation_head.0.bias"), 0);
}

TEST(UnetPlusPlus, DeepSupervisionAddsHeadsAndChangesNothingElse) {
  Node node = tiny("unetplusplus");
  const auto plain = make_network(node, {1, 3});
  node.set("deep_supervision", Node(true));
  const auto deep = make_network(node, {1, 3});
  initialise(*plain, 1);
  initialise(*deep, 1);
  plain->eval();
  deep->eval();
  const at::Tensor image = at::arange(37 * 50, at::kFloat).view({1, 1, 37, 50}).sin();
  const auto outputs = deep->forward_all(image);
  ASSERT_EQ(outputs.size(), 4U);
  for (const at::Tensor& y : outputs) EXPECT_EQ(y.sizes(), at::IntArrayRef({1, 3, 37, 50}));
  EXPECT_TRUE(at::equal(outputs[0], plain->forward(image)));
  EXPECT_TRUE(at::equal(outputs[0], deep->forward(image)));
  EXPECT_EQ(plain->forward_all(image).size(), 1U);
  // Three heads of 3 x 3 from the encoder's 8 channels at half size.
  EXPECT_EQ(parameters_of(*deep) - parameters_of(*plain), 3 * (8 * 9 * 3 + 3));
  (outputs[1] + outputs[2] + outputs[3]).square().mean().backward();
  std::size_t heads = 0;
  for (const auto& p : deep->named_parameters()) {
    if (!p.key().starts_with("supervision_head")) continue;
    EXPECT_GT(p.value().grad().abs().max().item<double>(), 0) << p.key();
    ++heads;
  }
  EXPECT_EQ(heads, 3U * 2U);  // weight and bias
}

TEST(EncoderUnet, AttentionAndNormsOfTheDecoderAreOptions) {
  for (const char* name : {"encoder_unet", "unetplusplus"})
    for (const char* attention : {"none", "scse"})
      for (const char* norm : {"batch", "instance", "none"}) {
        Node node = tiny(name);
        node.set("decoder_attention", Node(attention));
        node.set("decoder_norm", Node(norm));
        const auto network = make_network(node, {2, 3});
        initialise(*network, 1);
        const auto y = network->forward(at::ones({2, 2, 33, 40}));
        EXPECT_EQ(y.sizes(), at::IntArrayRef({2, 3, 33, 40}));
        y.square().mean().backward();
        for (const auto& p : network->named_parameters()) {
          // The last block has no skip: its first attention is there for the names only.
          const bool unused = p.key().find("blocks.4.attention1") != std::string::npos ||
                              p.key().find("x_0_4.attention1") != std::string::npos;
          EXPECT_NE(p.value().grad().defined(), unused) << p.key();
        }
      }
}

// Mix Transformers have no features at half of the image's size.
TEST(EncoderUnet, AnyEncoderFitsWhereItsLevelsSuffice) {
  const Node encoder = *tiny("segformer").find("encoder");
  for (const char* name : {"encoder_unet", "manet"}) {
    Node node = tiny(name);
    node.set("encoder", encoder);
    const auto network = make_network(node, {1, 3});
    initialise(*network, 1);
    EXPECT_EQ(network->forward(at::ones({1, 1, 40, 33})).sizes(), at::IntArrayRef({1, 3, 40, 33}));
  }
  Node node = tiny("unetplusplus");
  node.set("encoder", encoder);
  EXPECT_THROW(make_network(node, {1, 3}), Error);
}

TEST(EncoderUnet, RefusesOptionsThatMakeNoNetwork) {
  EXPECT_THROW(make_network(options("encoder_unet", {{"encoder", Node("resnet17")}}), {}), Error);
  EXPECT_THROW(
      make_network(options("manet", {{"decoder_channels", Node(Node::List{Node(8)})}}), {}), Error);
}

// The paper's table: 1.5, 3.5 and 9.4 million.
TEST(DenseBlockUnet, HasThePublishedNumbersOfParameters) {
  const auto count = [](int growth, std::vector<int> layers, int bottleneck) {
    Node::List list;
    for (const int n : layers) list.push_back(Node(n));
    return static_cast<double>(parameters_of(
               *make_network(options("dense_block_unet", {{"growth", Node(growth)},
                                                          {"layers", Node(list)},
                                                          {"bottleneck", Node(bottleneck)}}),
                             {3, 11}))) /
           1e6;
  };
  EXPECT_NEAR(count(12, {4, 4, 4, 4, 4}, 4), 1.5, 0.15);
  EXPECT_NEAR(count(16, {5, 5, 5, 5, 5}, 5), 3.5, 0.05);
  EXPECT_NEAR(count(16, {4, 5, 7, 10, 12}, 15), 9.4, 0.1);
}

// Of the 103-layer network, the paper's table 2: channels after each block.
TEST(DenseBlockUnet, HasThePublishedChannels) {
  const auto network = make_network(
      options("dense_block_unet",
              {{"layers", Node(Node::List{Node(4), Node(5), Node(7), Node(10), Node(12)})},
               {"bottleneck", Node(15)}}),
      {3, 11});
  const auto info = network_info(*network, {3, 11}, {32, 32});
  std::map<std::string, std::int64_t> channels, parameters;
  for (const auto& layer : info.layers) {
    channels[layer.name] = layer.output[1];
    parameters[layer.name] = layer.parameters;
  }
  EXPECT_EQ(channels["transition1.conv"], 112);
  EXPECT_EQ(channels["transition2.conv"], 192);
  EXPECT_EQ(channels["transition3.conv"], 304);
  EXPECT_EQ(channels["transition4.conv"], 464);
  EXPECT_EQ(channels["transition5.conv"], 656);
  EXPECT_EQ(channels["upsample5"], 240);  // 656 + 240 = 896 with the bottleneck's
  EXPECT_EQ(channels["up1.0.norm"], 192);
  EXPECT_EQ(parameters["head"], (256 + 1) * 11);
}

TEST(DenseBlockUnet, WorksOnVolumesAndWithDropout) {
  Node node = tiny("dense_block_unet");
  node.set("dims", Node(3));
  node.set("norm", Node("instance"));
  node.set("dropout", Node(0.5));
  const auto network = make_network(node, {2, 3});
  initialise(*network, 1);
  network->train();
  const auto run = [&](std::int64_t step) {
    at::NoGradGuard no_grad;
    set_random_step(*network, 1, step);
    return network->forward(at::ones({1, 2, 9, 17, 10}));
  };
  const auto first = run(1);
  EXPECT_EQ(first.sizes(), at::IntArrayRef({1, 3, 9, 17, 10}));
  EXPECT_TRUE(at::equal(first, run(1)));
  EXPECT_FALSE(at::equal(first, run(2)));
}

}  // namespace
}  // namespace myoseg
