// Names of other programs' files: that those of the references, whole lists with shapes, fit ours.
#include "models/weights/key_layouts.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <map>
#include <regex>

#include "models/weights/weights.h"
#include "tests/models/make_network.h"
#include "tests/testing/golden.h"

namespace myoseg {
namespace {

using testing::Json;

NamedTensors tensors_of(const Json& record) {
  NamedTensors tensors;
  for (const Json& entry : record.at("state_dict")) {
    const auto name = entry.at(0).get<std::string>();
    const auto shape = entry.at(1).get<std::vector<std::int64_t>>();
    tensors.emplace_back(name,
                         at::zeros(shape, name.ends_with("tracked") ? at::kLong : at::kFloat));
  }
  return tensors;
}

const at::Tensor& named(const NamedTensors& tensors, const std::string& name) {
  for (const auto& [known, tensor] : tensors)
    if (known == name) return tensor;
  ADD_FAILURE() << "no " << name;
  return tensors.front().second;
}

NamedTensors renamed(NamedTensors tensors, const std::string& pattern, const std::string& to) {
  for (auto& [name, tensor] : tensors) name = std::regex_replace(name, std::regex(pattern), to);
  return tensors;
}

// Every tensor of the network is there, in its shape, but for those that begin with `without`.
void expect_fills(const NamedTensors& tensors, const Network& network,
                  const std::string& without = "none") {
  std::map<std::string, at::Tensor> given(tensors.begin(), tensors.end());
  EXPECT_EQ(given.size(), tensors.size());
  for (const auto& [name, tensor] : state_of(network)) {
    if (name.starts_with(without)) continue;
    ASSERT_TRUE(given.contains(name)) << name;
    EXPECT_EQ(given[name].sizes(), tensor.sizes()) << name;
    given.erase(name);
  }
  EXPECT_TRUE(given.empty()) << given.begin()->first;
}

std::shared_ptr<Network> network_of(const std::string& name, const std::string& encoder,
                                    const NetworkIo& io, int decoder_channels = 0) {
  Node options(Node::Map{});
  options.set("name", Node(name));
  options.set("encoder", Node(encoder));
  if (decoder_channels > 0) options.set("decoder_channels", Node(decoder_channels));
  return testing::make_network(options, io);
}

// Which Mix Transformer it is, from its widths and its deepest stage's blocks.
std::string encoder_of(const NamedTensors& tensors) {
  std::int64_t width = 0;
  int blocks = 0;
  for (const auto& [name, tensor] : tensors) {
    if (std::regex_search(name, std::regex(R"((patch_embed1|patch_embeddings\.0)\.proj\.bias)")))
      width = tensor.size(0);
    if (std::regex_search(name,
                          std::regex(R"((block3|block\.2)\.\d+\.(norm1|layer_norm_1)\.bias)")))
      ++blocks;
  }
  if (width == 32) return "mit_b0";
  const std::map<int, std::string> by_blocks{
      {2, "mit_b1"}, {6, "mit_b2"}, {18, "mit_b3"}, {27, "mit_b4"}, {40, "mit_b5"}};
  return by_blocks.at(blocks);
}

TEST(GoldenKeyLayouts, OtherSegformersFillOurs) {
  testing::Tally tally("other layouts of SegFormer");
  for (const Json& record : testing::golden_records("models", "model")) {
    const std::string cls = record.at("reference").at("cls").get<std::string>();
    const bool hf = cls.find("SegformerForSemanticSegmentation") != std::string::npos;
    if (!hf && cls.find("SegFormerHead") == std::string::npos) continue;
    SCOPED_TRACE(record.at("fixture").get<std::string>());
    const NamedTensors theirs = tensors_of(record);
    const at::Tensor stem = theirs.front().second;
    const at::Tensor fuse = named(
        theirs, hf ? "decode_head.linear_fuse.weight" : "decode_head.linear_fuse.conv.weight");
    const at::Tensor head = theirs.back().second;
    const auto network =
        network_of("segformer", encoder_of(theirs),
                   {static_cast<int>(stem.size(1)),
                    static_cast<int>(hf ? head.size(0)
                                        : named(theirs, "decode_head.linear_pred.bias").size(0))},
                   static_cast<int>(fuse.size(0)));
    const TranslatedKeys keys = translate_keys(theirs, *network);
    EXPECT_EQ(keys.layout, hf ? "Hugging Face SegFormer" : "NVlabs SegFormer");
    EXPECT_TRUE(keys.left_over.empty()) << keys.left_over.front();
    expect_fills(keys.tensors, *network);
    // The way back gives the file's names again, but for the layer that is of no use.
    std::map<std::string, at::Tensor> back;
    for (const auto& [name, tensor] : to_layout(keys.tensors, hf ? "hf" : "nvlabs"))
      EXPECT_TRUE(back.emplace(name, tensor).second) << name;
    for (const auto& [name, tensor] : theirs) {
      if (name.starts_with("decode_head.conv_seg.")) continue;
      ASSERT_TRUE(back.contains(name)) << name;
      EXPECT_EQ(back[name].sizes(), tensor.sizes()) << name;
      back.erase(name);
    }
    EXPECT_TRUE(back.empty());
    tally.ran();
  }
}

TEST(KeyLayouts, KeyAndValueAreJoinedInThisOrder) {
  const auto network = testing::make_network(testing::tiny("segformer"), {1, 3});
  NamedTensors theirs;
  for (const auto& [name, tensor] : to_layout(state_of(*network), "hf"))
    theirs.emplace_back(name,
                        at::full_like(tensor, name.find(".key.") != std::string::npos ? 1 : 2));
  const TranslatedKeys keys = translate_keys(theirs, *network);
  const at::Tensor kv = named(keys.tensors, "encoder.block1.0.attn.kv.weight");
  EXPECT_TRUE(kv.slice(0, 0, kv.size(0) / 2).eq(1).all().item<bool>());
  EXPECT_TRUE(kv.slice(0, kv.size(0) / 2).eq(2).all().item<bool>());
  // Half a pair fits nothing.
  std::erase_if(theirs, [](const auto& item) {
    return item.first == "segformer.encoder.block.0.0.attention.self.value.weight";
  });
  EXPECT_EQ(translate_keys(theirs, *network).left_over,
            (std::vector<std::string>{"segformer.encoder.block.0.0.attention.self.key.weight"}));
}

TEST(KeyLayouts, SharedPrefixesAreDropped) {
  const auto network = testing::make_network(testing::tiny("unet"), {1, 3});
  const NamedTensors own = state_of(*network);
  for (const char* prefix : {"", "module.", "model.", "module.net.", "_orig_mod.module.model."}) {
    const TranslatedKeys keys = translate_keys(renamed(own, "^", prefix), *network);
    EXPECT_EQ(keys.layout, "the network's own names");
    EXPECT_TRUE(keys.left_over.empty());
    expect_fills(keys.tensors, *network);
  }
  NamedTensors with_more = renamed(own, "^", "module.");
  with_more.emplace_back("module.loss.weight", at::zeros({3}));
  EXPECT_EQ(translate_keys(with_more, *network).left_over,
            (std::vector<std::string>{"module.loss.weight"}));
}

TEST(KeyLayouts, EncoderFilesFillTheEncoder) {
  const auto encoder_only = [](const Network& network) {
    NamedTensors tensors = state_of(network);
    std::erase_if(tensors, [](const auto& item) { return !item.first.starts_with("encoder."); });
    return renamed(tensors, "^encoder\\.", "");
  };
  for (const char* name : {"encoder_unet", "unetplusplus", "manet", "segformer"}) {
    const auto network = testing::make_network(testing::tiny(name), {3, 4});
    NamedTensors theirs = encoder_only(*network);
    theirs.emplace_back("fc.weight", at::zeros({1000, 8}));
    const TranslatedKeys keys = translate_keys(theirs, *network);
    EXPECT_EQ(keys.layout, "an encoder's") << name;
    EXPECT_EQ(keys.left_over, (std::vector<std::string>{"fc.weight"}));
    for (const auto& [ours, tensor] : keys.tensors) EXPECT_TRUE(ours.starts_with("encoder."));
    EXPECT_EQ(keys.tensors.size() + 1, theirs.size());
  }
  // The names that torchvision's DenseNets had at first: "norm.1" for "norm1".
  const auto dense = testing::make_network(testing::tiny("encoder_unet"), {3, 4});
  const NamedTensors old =
      renamed(encoder_only(*dense), "(denselayer\\d+)\\.(norm|conv)(\\d)", "$1.$2.$3");
  const TranslatedKeys keys = translate_keys(old, *dense);
  EXPECT_TRUE(keys.left_over.empty()) << keys.left_over.front();
  EXPECT_EQ(keys.tensors.size(), old.size());
}

TEST(KeyLayouts, NamesThatFitNothingAreLeftOver) {
  const auto network = testing::make_network(testing::tiny("unet"), {1, 3});
  const TranslatedKeys keys = translate_keys(
      {{"layer.weight", at::zeros({2})}, {"99999999999.x", at::zeros({2})}}, *network);
  EXPECT_TRUE(keys.tensors.empty());
  EXPECT_EQ(keys.left_over.size(), 2U);
  EXPECT_TRUE(translate_keys({}, *network).tensors.empty());
}

}  // namespace
}  // namespace myoseg
