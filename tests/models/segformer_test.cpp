// SegFormer, its encoder and the layers of transformers. Equality with the references is in
// golden_models_test.cpp.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "models/blocks/transformer_layers.h"
#include "models/encoders/encoder.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

Node list(std::initializer_list<int> numbers) {
  Node::List items;
  for (const int n : numbers) items.emplace_back(n);
  return Node(std::move(items));
}

// Options beside the name; those of the encoder come after its name.
using Options = std::vector<std::pair<std::string, Node>>;

std::shared_ptr<Network> segformer(const std::string& encoder, const NetworkIo& io,
                                   Options options = {}, Options of_encoder = {}) {
  Node inner(Node::Map{}), node(Node::Map{});
  inner.set("name", Node(encoder));
  for (auto& [key, value] : of_encoder) inner.set(key, std::move(value));
  node.set("name", Node("segformer"));
  node.set("encoder", std::move(inner));
  for (auto& [key, value] : options) node.set(key, std::move(value));
  return testing::make_network(node, io);
}

std::shared_ptr<Network> small(Options options = {}, Options of_encoder = {}) {
  Options encoder{{"widths", list({8, 8, 16, 16})},
                  {"depths", list({1, 2, 1, 1})},
                  {"heads", list({1, 2, 2, 4})}};
  for (auto& option : of_encoder) encoder.push_back(std::move(option));
  options.emplace_back("decoder_channels", Node(8));
  auto network = segformer("mit_b0", {1, 3}, std::move(options), std::move(encoder));
  initialise(*network, 1);
  return network;
}

std::int64_t parameters_of(const Network& network) {
  std::int64_t n = 0;
  for (const auto& p : network.parameters()) n += p.numel();
  return n;
}

at::Tensor ramp(std::vector<std::int64_t> shape) {
  std::int64_t n = 1;
  for (const auto size : shape) n *= size;
  return at::arange(n, at::kFloat).mul(0.37).sin().view(shape);
}

// segmentation_models.pytorch 0.5 and Hugging Face's transformers 4.34.
TEST(Segformer, HasTheReferencesParameters) {
  EXPECT_EQ(parameters_of(*segformer("mit_b0", {3, 4})), 3'715'172);
  EXPECT_EQ(parameters_of(*segformer("mit_b2", {3, 4})), 24'723'140);
  EXPECT_EQ(parameters_of(*segformer("mit_b0", {1, 4})), 3'712'036);
  EXPECT_EQ(parameters_of(*segformer("mit_b2", {3, 4}, {{"decoder_channels", Node(768)}})),
            27'349'700);
}

// The paper's table: encoders of 3.4, 13.1, 24.2, 44.0, 60.8 and 81.4 million parameters.
TEST(Segformer, EncodersHaveThePapersSizes) {
  const std::vector<double> millions{3.4, 13.1, 24.2, 44.0, 60.8, 81.4};
  for (std::size_t i = 0; i < millions.size(); ++i) {
    const Pick<EncoderEntry> pick("mit_b" + std::to_string(i));
    const auto encoder = pick.make(std::int64_t{3});
    std::int64_t n = 0;
    for (const auto& p : encoder->parameters()) n += p.numel();
    EXPECT_NEAR(static_cast<double>(n) / 1e6, millions[i], 0.12) << i;
  }
}

TEST(Segformer, FeaturesHalveFromTheSecondLevelOn) {
  const Pick<EncoderEntry> pick("mit_b0");
  const auto features = pick.make(std::int64_t{2})->forward(at::zeros({3, 2, 64, 96}));
  ASSERT_EQ(features.size(), 6);
  EXPECT_EQ(features[0].sizes(), at::IntArrayRef({3, 2, 64, 96}));
  EXPECT_EQ(features[1].numel(), 0);
  EXPECT_EQ(features[2].sizes(), at::IntArrayRef({3, 32, 16, 24}));
  EXPECT_EQ(features[5].sizes(), at::IntArrayRef({3, 256, 2, 3}));
}

// As in the reference, an encoder with features at half size has them joined as well.
TEST(Segformer, TakesOtherEncoders) {
  const auto network =
      segformer("resnet18", {1, 3}, {{"decoder_channels", Node(16)}}, {{"width", Node(8)}});
  const auto y = network->forward(ramp({2, 1, 40, 50}));
  EXPECT_EQ(y.sizes(), at::IntArrayRef({2, 3, 40, 50}));
  std::size_t stages = 0;
  for (const auto& [name, tensor] : state_of(*network))
    stages += name.find("mlp_stage") != std::string::npos && name.ends_with("weight") ? 1 : 0;
  EXPECT_EQ(stages, 5);
}

TEST(Segformer, EnlargesItsLogitsAsAsked) {
  at::NoGradGuard no_grad;
  const auto x = ramp({1, 1, 45, 64});
  const auto run = [&](const char* upsampling) {
    const auto network = small({{"upsampling", Node(upsampling)}});
    network->eval();
    return network->forward(x);
  };
  const auto quarter = run("none"), corners = run("corners"), areas = run("areas");
  EXPECT_EQ(quarter.sizes(), at::IntArrayRef({1, 3, 12, 16}));
  EXPECT_EQ(corners.sizes(), at::IntArrayRef({1, 3, 45, 64}));
  EXPECT_EQ(areas.sizes(), at::IntArrayRef({1, 3, 45, 64}));
  const auto at_place = [](const at::Tensor& t, std::int64_t y, std::int64_t x_) {
    return t[0][1][y][x_].item<float>();
  };
  // The top right pixel's centre stays where it is; with areas it covers the corner's four, and
  // half way between two areas is their mean.
  EXPECT_NEAR(at_place(corners, 0, 63), at_place(quarter, 0, 15), 1e-5);
  EXPECT_NEAR(at_place(areas, 0, 63), at_place(quarter, 0, 15), 1e-5);
  EXPECT_NEAR((at_place(areas, 0, 3) + at_place(areas, 0, 4)) / 2,
              (at_place(quarter, 0, 0) + at_place(quarter, 0, 1)) / 2, 1e-5);
}

TEST(Segformer, DropPathAndDropoutAreFunctionsOfSeedAndStep) {
  const auto network = small({{"dropout", Node(0.5)}}, {{"drop_path", Node(0.5)}});
  network->train();
  const auto x = ramp({4, 1, 32, 32});
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

TEST(Segformer, WithoutDroppingTrainsTheSameInEveryStep) {
  const auto network = small({{"dropout", Node(0)}}, {{"drop_path", Node(0)}});
  network->train();
  const auto x = ramp({2, 1, 32, 32});
  at::NoGradGuard no_grad;
  set_random_step(*network, 1, 1);
  const auto first = network->forward(x);
  set_random_step(*network, 2, 7);
  EXPECT_TRUE(at::equal(first, network->forward(x)));
}

TEST(Segformer, LayersAreCountedByHand) {
  // 64 x 64: 16 x 16 tokens of 8 channels, keys and values from 2 x 2.
  const auto info = network_info(*small(), {1, 3}, {64, 64});
  const auto layer = [&](const std::string& name) {
    for (const auto& l : info.layers)
      if (l.name == name) return l;
    ADD_FAILURE() << "no layer " << name;
    return LayerInfo{};
  };
  EXPECT_EQ(layer("encoder.patch_embed1.proj").multiply_adds, 256 * 8 * 49);
  EXPECT_EQ(layer("encoder.block1.0.attn.q").multiply_adds, 256 * 8 * 8);
  EXPECT_EQ(layer("encoder.block1.0.attn.sr").multiply_adds, 4 * 8 * 8 * 64);
  EXPECT_EQ(layer("encoder.block1.0.attn.kv").output, (std::vector<std::int64_t>{1, 4, 16}));
  EXPECT_EQ(layer("encoder.block1.0.attn.attend").type, "Attention");
  EXPECT_EQ(layer("encoder.block1.0.attn.attend").multiply_adds, 2 * 256 * 4 * 8);
  EXPECT_EQ(layer("encoder.block4.0.attn.attend").multiply_adds, 2 * 4 * 4 * 16);
  EXPECT_EQ(layer("encoder.block1.0.mlp.dwconv.dwconv").multiply_adds, 256 * 32 * 9);
  EXPECT_EQ(layer("decoder.mlp_stage.0.linear").multiply_adds, 4 * 16 * 8);
  EXPECT_EQ(layer("decoder.mlp_stage.3.linear").multiply_adds, 256 * 8 * 8);
  // The products of both weights: levels of 16, 16, 8 and 8 channels.
  EXPECT_EQ(layer("decoder.fuse_stage.0").multiply_adds, 8 * 8 * (16 + 16 + 8 + 8));
  EXPECT_EQ(layer("decoder.fuse_stage.0").output, (std::vector<std::int64_t>{1, 8, 16, 16}));
}

TEST(Segformer, RefusesSizesThatMakeNoNetwork) {
  EXPECT_THROW(small({}, {{"depths", list({2, 2, 2})}}), Error);
  EXPECT_THROW(small({}, {{"heads", list({3, 2, 2, 4})}}), Error);
  EXPECT_THROW(small({}, {{"sr_ratios", list({8, 8, 2, 1})}}), Error);
  EXPECT_THROW(small({{"upsampling", Node("nearest")}}), Error);
}

TEST(TransformerLayers, TokensAndImagesShareMemory) {
  const auto tokens = ramp({2, 6, 4});
  const auto image = image_of(tokens, 2, 3);
  EXPECT_TRUE(image.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_EQ(image[1][3][1][0].item<float>(), tokens[1][3][3].item<float>());
  EXPECT_EQ(tokens_of(image).data_ptr(), tokens.data_ptr());
  EXPECT_TRUE(at::equal(tokens_of(image.contiguous()), tokens));
}

TEST(TransformerLayers, AttendsInEachHeadByItself) {
  constexpr std::int64_t kQueries = 3, kKeys = 2, kWidth = 2;
  const auto q = ramp({1, kQueries, 4}), kv = ramp({1, kKeys, 8}).neg();
  const auto k = kv.slice(2, 0, 4), v = kv.slice(2, 4, 8);
  const auto y = Attend(2).forward(q, k, v);
  for (std::int64_t i = 0; i < kQueries; ++i)
    for (std::int64_t c = 0; c < 4; ++c) {
      const std::int64_t head = c / kWidth;
      double sum = 0, mixed = 0;
      for (std::int64_t j = 0; j < kKeys; ++j) {
        double score = 0;
        for (std::int64_t d = head * kWidth; d < (head + 1) * kWidth; ++d)
          score += q[0][i][d].item<double>() * k[0][j][d].item<double>();
        const double weight = std::exp(score / std::sqrt(2.0));
        sum += weight;
        mixed += weight * v[0][j][c].item<double>();
      }
      EXPECT_NEAR(y[0][i][c].item<double>(), mixed / sum, 1e-6);
    }
}

TEST(TransformerLayers, LayerNormTakesHalfPrecisionBesideItsOwnWeights) {
  LayerNorm norm(4);
  norm.initialise(1, "norm");
  const auto x = ramp({3, 4});
  const auto y = norm(x), half = norm(x.to(at::kBFloat16));
  EXPECT_EQ(half.scalar_type(), at::kFloat);
  EXPECT_LT((y - half).abs().max().item<double>(), 0.05);
  EXPECT_LT(y.mean(-1).abs().max().item<double>(), 1e-6);
}

TEST(TransformerLayers, PartsAreDroppedWhole) {
  PartDropout drop(0.25, 2);
  const auto x = at::ones({40, 25, 3, 2});
  const auto y = drop(x);
  EXPECT_TRUE(at::equal(y, y.slice(2, 0, 1).slice(3, 0, 1).expand_as(y)));
  const auto kept = y.select(2, 0).select(2, 0);
  EXPECT_NEAR(kept.eq(0).to(at::kDouble).mean().item<double>(), 0.25, 0.05);
  EXPECT_NEAR(kept.max().item<double>(), 1 / 0.75, 1e-6);
  drop.eval();
  EXPECT_TRUE(drop(x).is_same(x));
}

}  // namespace
}  // namespace myoseg
