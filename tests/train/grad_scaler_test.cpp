#include "train/grad_scaler.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace myoseg {
namespace {

NamedTensors parameter_with_gradient(std::vector<float> gradient) {
  at::Tensor p = at::zeros({static_cast<std::int64_t>(gradient.size())}).set_requires_grad(true);
  p.mutable_grad() = at::tensor(gradient);
  return {{"p", p}};
}

TEST(GradScaler, DividesAndGrows) {
  GradScaler scaler(true);
  scaler.factor = 4;
  scaler.good_steps = 1998;
  EXPECT_EQ(scaler.scale(at::scalar_tensor(0.5)).item<double>(), 2);
  const NamedTensors parameters = parameter_with_gradient({8, -2});
  EXPECT_TRUE(scaler.unscale(parameters));
  EXPECT_TRUE(parameters[0].second.grad().equal(at::tensor({2.f, -0.5f})));
  EXPECT_EQ(scaler.factor, 4);
  EXPECT_TRUE(scaler.unscale(parameters));  // the 2000th good step
  EXPECT_EQ(scaler.factor, 8);
  EXPECT_EQ(scaler.good_steps, 0);
}

TEST(GradScaler, OverflowHalvesAndSaysSo) {
  for (const float bad :
       {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(),
        std::numeric_limits<float>::quiet_NaN()}) {
    GradScaler scaler(true);
    scaler.good_steps = 5;
    EXPECT_FALSE(scaler.unscale(parameter_with_gradient({1, bad, 2})));
    EXPECT_EQ(scaler.factor, 32768);
    EXPECT_EQ(scaler.good_steps, 0);
  }
}

TEST(GradScaler, DisabledChangesNothing) {
  GradScaler scaler(false);
  const at::Tensor loss = at::scalar_tensor(0.5);
  EXPECT_TRUE(scaler.scale(loss).is_same(loss));
  EXPECT_TRUE(scaler.unscale(parameter_with_gradient({std::numeric_limits<float>::infinity()})));
}

}  // namespace
}  // namespace myoseg
