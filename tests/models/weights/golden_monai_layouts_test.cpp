// Files of MONAI's networks, by the names and shapes of golden records: that they fill ours.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "models/weights/key_layouts.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"
#include "tests/models/reference_network.h"

namespace myoseg::testing {
namespace {

NamedTensors tensors_of(const Json& keys) {
  NamedTensors tensors;
  for (const Json& entry : keys)
    tensors.emplace_back(entry.at(0).get<std::string>(),
                         at::empty(entry.at(1).get<std::vector<std::int64_t>>()));
  return tensors;
}

void expect_fills(const TranslatedKeys& keys, const Network& network) {
  EXPECT_TRUE(keys.left_over.empty()) << keys.left_over.front();
  std::map<std::string, at::Tensor> given(keys.tensors.begin(), keys.tensors.end());
  const NamedTensors state = state_of(network);
  EXPECT_EQ(given.size(), state.size());
  for (const auto& [name, tensor] : state) {
    ASSERT_TRUE(given.contains(name)) << name;
    EXPECT_EQ(given[name].sizes(), tensor.sizes()) << name;
  }
}

TEST(GoldenMonaiLayouts, EveryFileFillsItsNetwork) {
  Tally tally("names of MONAI's networks");
  for (const Json& record : golden_records("models", "model")) {
    if (!record.at("reference").at("cls").get<std::string>().starts_with("monai.")) continue;
    const auto name = record.at("fixture").get<std::string>();
    SCOPED_TRACE(name);
    std::string why;
    const auto reference = reference_network(record.at("reference"), why);
    if (!reference) {
      tally.cannot_run(name, why);
      continue;
    }
    const auto network = make_network(reference->options, reference->io);
    const TranslatedKeys keys = translate_keys(tensors_of(record.at("state_dict")), *network);
    EXPECT_EQ(keys.layout, "the network's own names");
    expect_fills(keys, *network);
    // DynUNet's second names.
    EXPECT_EQ(keys.tensors.size() + keys.useless.size(), record.at("state_dict").size());
    for (const std::string& useless : keys.useless)
      EXPECT_TRUE(useless.starts_with("skip_layers.")) << useless;
    tally.ran();
  }
}

TEST(GoldenMonaiLayouts, EveryVersionOfUnetrFillsOurs) {
  Node options(Node::Map{});
  options.set("name", Node("unetr"));
  options.set("image_size", Node(Node::List{Node(96), Node(96), Node(96)}));
  const auto network = make_network(options, {1, 30});
  Tally tally("versions of UNETR");
  for (const Json& record : golden_records("models", "key_layout"))
    for (const Json& version : record.at("versions")) {
      const auto name = version.at("version").get<std::string>();
      SCOPED_TRACE(name);
      if (!record.at("config").get<std::string>().starts_with("UNETR(in 1, out 30, img 96^3")) {
        tally.cannot_run(name, "UNETR of other options");
        continue;
      }
      ASSERT_TRUE(version.at("missing_keys_over_1.2.0").empty());
      NamedTensors theirs;
      for (const auto& [key, tensor] : state_of(*network))
        theirs.emplace_back(key, at::empty(tensor.sizes()));
      const NamedTensors extra = tensors_of(version.at("extra_keys_over_1.2.0"));
      theirs.insert(theirs.end(), extra.begin(), extra.end());
      std::int64_t parameters = 0;
      for (const auto& [key, tensor] : theirs) parameters += tensor.numel();
      EXPECT_EQ(theirs.size(), version.at("keys").get<std::size_t>());
      EXPECT_EQ(parameters, version.at("param_count").get<std::int64_t>());

      const TranslatedKeys keys = translate_keys(theirs, *network);
      expect_fills(keys, *network);
      std::vector<std::string> names;
      for (const auto& [key, tensor] : extra) names.push_back(key);
      EXPECT_EQ(keys.useless, names);
      tally.ran();
    }
}

}  // namespace
}  // namespace myoseg::testing
