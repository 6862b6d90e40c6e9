// The fused kernels of a GPU, which later LibTorch has for processors too, beside our own.
#include "train/optimizers/fused_adam.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <ostream>
#include <vector>

#include "tests/train/training_fixture.h"

namespace myoseg {
namespace {

struct Kind {
  const char* name;
  bool decoupled, amsgrad;
  friend void PrintTo(const Kind& kind, std::ostream* out) {
    *out << kind.name << (kind.amsgrad ? " with AMSGrad" : "");
  }
};

// None where LibTorch has no such kernels: there is nothing to compare.
std::vector<Kind> kinds() {
  if (!compat::kFusedAdam) return {};
  return {
      {"adamw", true, false}, {"adamw", true, true}, {"adam", false, false}, {"adam", false, true}};
}

class FusedAdamTest : public ::testing::TestWithParam<Kind> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FusedAdamTest);
INSTANTIATE_TEST_SUITE_P(Kinds, FusedAdamTest, ::testing::ValuesIn(kinds()));

at::Tensor wave(std::int64_t n, double phase) {
  return at::sin(at::arange(n, at::kFloat) * 0.7 + phase);
}

TEST_P(FusedAdamTest, TakesTheStepsOfOurOwn) {
  const Kind kind = GetParam();
  const at::NoGradGuard no_gradient;
  const at::Tensor ours = wave(40, 0), theirs = ours.clone();
  const auto optimizer = testing::make_optimizer(
      kind.name, {{"p", ours}}, {{"weight_decay", Node(0.1)}, {"amsgrad", Node(kind.amsgrad)}});
  const at::Tensor mean = at::zeros_like(ours), square = at::zeros_like(ours);
  const at::Tensor largest = kind.amsgrad ? at::zeros_like(ours) : at::Tensor();
  FusedAdam fused;
  for (std::int64_t step = 1; step <= 5; ++step) {
    const at::Tensor gradient = wave(40, static_cast<double>(step));
    ours.mutable_grad() = gradient;
    optimizer->step(0.01);
    fused.add({theirs, gradient, mean, square, largest},
              {0.01, 0.9, 0.999, 0.1, 1e-8, step, kind.decoupled});
    fused.run();
    EXPECT_TRUE(theirs.allclose(ours, 1e-5, 1e-6)) << "step " << step;
  }
}

TEST(FusedAdamKernels, AreForGpus) { EXPECT_FALSE(FusedAdam::takes(at::zeros({2}))); }

TEST(ScaledTogether, EachTensorIsMultiplied) {
  const std::vector<at::Tensor> tensors{at::ones({3}), at::full({2, 2}, 4.0)};
  compat::scale(tensors, at::scalar_tensor(0.25));
  EXPECT_TRUE(tensors[0].equal(at::full({3}, 0.25)));
  EXPECT_TRUE(tensors[1].equal(at::ones({2, 2})));
}

}  // namespace
}  // namespace myoseg
