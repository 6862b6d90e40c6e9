// When the numbers of training steps are read. A device that is no processor stands for a GPU; its
// numbers are on the processor here, so that they can be read.
#include "train/step_numbers.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "tests/train/training_fixture.h"

namespace myoseg {
namespace {

class StepNumbersTest : public ::testing::Test {
 protected:
  StepNumbers of(at::Device device) { return {device, parallel_}; }

  testing::SmallNetwork network_;
  DataParallel parallel_{network_, /*sync_batch_norm=*/false};
};

at::Tensor number(double value) { return at::scalar_tensor(value); }

TEST_F(StepNumbersTest, AProcessorsAreReadAtOnce) {
  StepNumbers numbers = of(at::kCPU);
  EXPECT_FALSE(numbers.due());
  numbers.add_loss(number(0.1F), {1, 1, 0.1, {"a"}});
  EXPECT_TRUE(numbers.due());
  EXPECT_EQ(numbers.read(false), std::vector<double>{static_cast<double>(0.1F)});
  EXPECT_FALSE(numbers.due());
  EXPECT_TRUE(numbers.read(false).empty());
}

TEST_F(StepNumbersTest, AGpusAreReadTogetherOldestFirst) {
  StepNumbers numbers = of(at::kMeta);
  std::vector<double> expected;
  for (int i = 0; i < 15; ++i) {
    expected.push_back(i / 4.0);
    numbers.add_loss(number(expected.back()), {1, i, 0.1, {"a"}});
    numbers.add_norm(number(1), {1, i, 0.1, {"a"}});
  }
  EXPECT_FALSE(numbers.due());
  expected.push_back(9);
  numbers.add_loss(number(9), {1, 15, 0.1, {"a"}});
  EXPECT_TRUE(numbers.due());
  EXPECT_EQ(numbers.read(false), expected);
  EXPECT_FALSE(numbers.due());
}

TEST_F(StepNumbersTest, NamesTheFirstThatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const bool loss : {true, false}) {
    StepNumbers numbers = of(at::kMeta);
    numbers.add_loss(number(1), {2, 6, 0.1, {"first"}});
    if (loss)
      numbers.add_loss(number(nan), {2, 7, 0.125, {"second"}});
    else
      numbers.add_norm(number(nan), {2, 7, 0.125, {"second"}});
    numbers.add_loss(number(nan), {2, 8, 0.1, {"third"}});
    try {
      (void)numbers.read(false);
      FAIL() << "no error";
    } catch (const Error& error) {
      const std::string what = error.what();
      EXPECT_EQ(error.code(), ExitCode::failed);
      for (const std::string part : {"epoch 2", "step 7", "0.125", "nan", "second"})
        EXPECT_NE(what.find(part), std::string::npos) << what;
      EXPECT_NE(what.find(loss ? "loss" : "gradient's norm"), std::string::npos) << what;
      EXPECT_EQ(what.find("third"), std::string::npos) << what;
    }
  }
}

}  // namespace
}  // namespace myoseg
