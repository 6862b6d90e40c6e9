// A training on several outputs of a network.
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/log.h"
#include "tests/testing/temporary.h"
#include "tests/train/training_fixture.h"
#include "train/signals.h"

namespace myoseg {
namespace {

using testing::FixtureOptions;
using testing::TemporaryFolder;
using testing::TrainingFixture;

// The logits and, as a coarser output, every other pixel of their negatives.
class TwoOutputs final : public Network {
 public:
  explicit TwoOutputs(std::shared_ptr<Network> whole)
      : whole_(register_module("whole", std::move(whole))) {}
  at::Tensor forward(at::Tensor x) override { return whole_->forward(std::move(x)); }
  std::vector<at::Tensor> forward_all(at::Tensor x) override {
    const at::Tensor logits = forward(std::move(x));
    return {logits, -logits.slice(2, 0, {}, 2).slice(3, 0, {}, 2)};
  }

 private:
  std::shared_ptr<Network> whole_;
};

class DeepSupervisionTraining : public ::testing::Test {
 protected:
  DeepSupervisionTraining() {
    log::set_level(log::Level::error);
    withdraw_stop();
    std::filesystem::create_directories(root_ / "data");
    options_.train.epochs = 1;
    options_.with_norm_and_dropout = false;
  }

  // The network's weights after an epoch.
  at::Tensor trained(const std::string& run, bool two_outputs, std::vector<double> weights) {
    options_.train.deep_supervision_weights = std::move(weights);
    TrainingFixture f(root_ / "data", root_ / run, options_);
    if (two_outputs) f.job.network = std::make_shared<TwoOutputs>(f.job.network);
    f.run();
    return f.job.network->parameters()[0].detach().clone();
  }

  TemporaryFolder root_;
  FixtureOptions options_;
};

TEST_F(DeepSupervisionTraining, WeighsTheOutputs) {
  const at::Tensor one = trained("one", false, {});
  EXPECT_TRUE(at::equal(trained("first", true, {1, 0}), one));
  EXPECT_FALSE(at::equal(trained("both", true, {}), one));
  EXPECT_TRUE(at::equal(trained("halving", true, {2.0 / 3, 1.0 / 3}), trained("none", true, {})));
}

TEST_F(DeepSupervisionTraining, NamesWeightsThatTheNetworkHasNoOutputsFor) {
  try {
    (void)trained("wrong", false, {1, 0.5});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    EXPECT_NE(std::string(error.what()).find("2 weights, but the network has 1 output"),
              std::string::npos)
        << error.what();
  }
}

}  // namespace
}  // namespace myoseg
