#include "models/runtime/forward.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "models/blocks/layers.h"
#include "models/network.h"
#include "models/networks.h"

namespace myoseg {
namespace {

// A convolution that tells in which layout it answered.
class LayoutProbe final : public Network {
 public:
  explicit LayoutProbe(int channels) {
    conv_ = register_module(
        "conv", std::make_shared<Conv>(ConvOptions{.dims = 2, .in = channels, .out = 4}));
    initialise(*this, 1);
  }
  at::Tensor forward(at::Tensor image) override {
    const at::Tensor x = (*conv_)(image);
    answered = x.suggest_memory_format();
    return x;
  }

  at::MemoryFormat answered = at::MemoryFormat::Preserve;

 private:
  std::shared_ptr<Conv> conv_;
};

// One channel is laid out alike either way: only its strides can tell the layers.
TEST(Forward, TheLayoutReachesTheLayersWhateverTheNumberOfChannels) {
  for (const int channels : {1, 3}) {
    LayoutProbe network(channels);
    const at::Tensor image = at::rand({2, channels, 6, 8});
    const at::Tensor planes =
        forward(network, image, {at::kCPU, Precision::fp32, /*channels_last=*/false});
    EXPECT_EQ(network.answered, at::MemoryFormat::Contiguous) << channels;
    const at::Tensor pixels =
        forward(network, image, {at::kCPU, Precision::fp32, /*channels_last=*/true});
    EXPECT_EQ(network.answered, at::MemoryFormat::ChannelsLast) << channels;
    EXPECT_TRUE(at::allclose(planes, pixels, 1e-5, 1e-6)) << channels;
  }
}

TEST(Forward, TheLayoutFollowsThePrecisionUnlessItIsStated) {
  EXPECT_FALSE(forward_setup(at::kCPU, Precision::fp32).channels_last);
  EXPECT_TRUE(forward_setup(at::kCPU, Precision::bf16).channels_last);
  EXPECT_FALSE(forward_setup(at::kCPU, Precision::bf16, /*channels_last=*/false).channels_last);
}

}  // namespace
}  // namespace myoseg
