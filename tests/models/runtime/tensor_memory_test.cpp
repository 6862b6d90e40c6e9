// What tensors are said to hold, and what `info` says a step will.
#include "models/runtime/tensor_memory.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/config/tree/yaml.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

constexpr std::int64_t kKib = 1024;

TEST(TensorMemory, CountsWhatIsMadeAndFreed) {
  const at::Tensor before = at::zeros({kKib});
  const TensorMemory memory;
  EXPECT_EQ(memory.peak_bytes(), 0);
  at::Tensor a = at::zeros({kKib});
  { const at::Tensor b = at::zeros({2 * kKib}); }
  EXPECT_EQ(memory.held_bytes(), 4 * kKib);
  EXPECT_EQ(memory.peak_bytes(), 12 * kKib);
  a = at::Tensor();
  EXPECT_EQ(memory.held_bytes(), 0);
}

// In two dimensions: LibTorch unfolds the images of small volumes for their convolutions, which
// takes more than all else.
const std::vector<std::string> kNetworks{
    "{name: monai_unet, dims: 2, channels: [16, 32, 32], strides: [2, 2], norm: batch",
    "{name: basic_unet, dims: 2, features: [16, 16, 32, 32, 32, 16]",
    "{name: dynunet, dims: 2, kernels: [3, 3, 3], strides: [1, 2, 2], filters: [16, 32, 32]",
    "{name: unet, widths: [16, 32], bottleneck: 32, order: upsample_then_concat",
    "{name: dense_block_unet, growth: 8, stem: 16, layers: [2, 2], bottleneck: 2",
    "{name: unetr, dims: 2, image_size: [128, 128], feature_size: 16, hidden_size: 96, mlp_dim: 192, "
    "heads: 4"};

class StepMemory : public ::testing::TestWithParam<std::string> {
 protected:
  static std::shared_ptr<Network> make(const std::string& checkpointing) {
    auto network = testing::make_network(
        parse_yaml(GetParam() + ", activation_checkpointing: " + checkpointing + "}", "test"),
        {1, 3});
    initialise(*network, 1);
    return network;
  }
  // Of one step's activations and their gradients; the parameters' gradients are there before.
  static std::int64_t measured(const std::string& checkpointing) {
    const auto network = make(checkpointing);
    network->train();
    const at::Tensor image = at::zeros({1, 1, 128, 128});
    const auto step = [&] { network->forward(image).square().mean().backward(); };
    step();
    const TensorMemory memory;
    step();
    return memory.peak_bytes();
  }
};
INSTANTIATE_TEST_SUITE_P(Networks, StepMemory, ::testing::ValuesIn(kNetworks));

TEST_P(StepMemory, IsWhatInfoSays) {
  const NetworkInfo info = network_info(*make("none"), {1, 3}, {128, 128});
  const auto said = [&](std::int64_t kept) {
    return static_cast<double>(kept + info.gradient_bytes);
  };
  const auto all = static_cast<double>(measured("none")),
             blocks = static_cast<double>(measured("blocks"));
  EXPECT_NEAR(all / said(info.activation_bytes), 1, 0.25);
  EXPECT_NEAR(blocks / said(info.checkpointed_bytes), 1, 0.4);
  EXPECT_LT(blocks, all);
}

}  // namespace
}  // namespace myoseg
