// That nothing in a step asks for a number. Device meta stands for a GPU: a tensor there has no
// numbers, and whoever asks for one gets an error.
#include "train/training_step.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/fields/pick.h"
#include "tests/testing/temporary.h"
#include "tests/train/meta_kernels.h"
#include "tests/train/training_fixture.h"

namespace myoseg {
namespace {

using testing::make_optimizer;
using testing::parameters_of;

// Each class a multiple of the image and a bias.
class VoxelNetwork final : public Network {
 public:
  VoxelNetwork(std::int64_t classes, at::Device device) {
    const auto options = at::TensorOptions(at::kFloat).device(device);
    weight_ = register_parameter("weight", at::zeros({classes, 1, 1}, options));
    bias_ = register_parameter("bias", at::zeros({classes, 1, 1}, options));
  }
  at::Tensor forward(at::Tensor x) override { return x * weight_ + bias_; }

 private:
  at::Tensor weight_, bias_;
};

Batch batch_there(at::Device device) {
  return {at::zeros({2, 1, 6, 5}, at::TensorOptions(at::kFloat).device(device)),
          at::zeros({2, 6, 5}, at::TensorOptions(at::kLong).device(device)),
          {"a", "b"}};
}

void take_step(const std::string& loss_name, const std::string& optimizer_name) {
  testing::complete_meta_device();
  const auto network = std::make_shared<VoxelNetwork>(3, at::kMeta);
  const std::unique_ptr<Loss> loss = Pick<LossEntry>(loss_name).make();
  const auto optimizer = make_optimizer(optimizer_name, parameters_of(*network));
  TrainingJob job;
  job.network = network;
  job.loss = loss.get();
  job.optimizer = optimizer.get();
  job.device = at::kMeta;
  job.options.clip_norm = 1;
  job.options.accumulate = 2;
  DataParallel parallel(*network, false);
  TrainingStep step(job, parallel);
  for (std::int64_t i = 0; i < 2; ++i) {
    step.begin();
    for (std::int64_t b = 0; b < 2; ++b) {
      const at::Tensor value = step.differentiate(batch_there(at::kMeta), 2, 2 * i + b);
      EXPECT_EQ(value.device(), at::Device(at::kMeta));
      EXPECT_EQ(value.dim(), 0);
    }
    const auto norm = step.update(1e-3);
    ASSERT_TRUE(norm.has_value());
    EXPECT_EQ(norm->device(), at::Device(at::kMeta));
  }
  EXPECT_EQ(network->parameters().front().grad().device(), at::Device(at::kMeta));
}

class WithLoss : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Table, WithLoss, ::testing::ValuesIn(names_of<LossEntry>()));
TEST_P(WithLoss, InAStep) {
  // Its maps of distances are made by the processor, from labels that it must have.
  if (GetParam() == "boundary")
    EXPECT_ANY_THROW(take_step(GetParam(), "adamw"));
  else
    take_step(GetParam(), "adamw");
}

class WithOptimizer : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Table, WithOptimizer, ::testing::ValuesIn(names_of<OptimizerEntry>()));
TEST_P(WithOptimizer, InAStep) { take_step("sum", GetParam()); }

TEST(MetaDevice, HasNoNumbersToRead) {
  testing::complete_meta_device();
  EXPECT_ANY_THROW((void)at::zeros({}, at::kMeta).item<double>());
  EXPECT_ANY_THROW((void)at::zeros({}, at::kMeta).cpu());
  EXPECT_ANY_THROW((void)at::zeros({3}, at::kMeta).nonzero());
  EXPECT_ANY_THROW((void)at::zeros({3}, at::kMeta).equal(at::zeros({3}, at::kMeta)));
}

TEST(CudaGraph, IsRefusedOnAProcessor) {
  const testing::TemporaryFolder root;
  testing::FixtureOptions options;
  options.train.cuda_graph = true;
  testing::TrainingFixture fixture(root.path(), root.path() / "run", options);
  try {
    fixture.run();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    EXPECT_NE(std::string(error.what()).find("train.cuda_graph"), std::string::npos);
    EXPECT_NE(std::string(error.what()).find("processor"), std::string::npos);
  }
}

}  // namespace
}  // namespace myoseg
