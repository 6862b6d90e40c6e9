#include "tests/eval/predict/sliding_window.h"
#include "eval/predict/windows.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "core/error.h"

namespace myoseg {
namespace {

using testing::sliding_window;
using testing::SlidingWindowOptions;

at::Tensor ramp(const std::vector<std::int64_t>& shape) {
  std::int64_t n = 1;
  for (const auto s : shape) n *= s;
  return at::arange(n, at::kDouble).reshape(shape);
}
at::Tensor same(const at::Tensor& x) { return x; }

TEST(SlidingWindow, LastWindowEndsWithTheAxis) {
  EXPECT_EQ(window_starts(10, 4, 0.5), (std::vector<std::int64_t>{0, 2, 4, 6}));
  EXPECT_EQ(window_starts(11, 4, 0.5), (std::vector<std::int64_t>{0, 2, 4, 6, 7}));
  EXPECT_EQ(window_starts(4, 4, 0.5), (std::vector<std::int64_t>{0}));
  EXPECT_EQ(window_starts(6, 4, 0.9), (std::vector<std::int64_t>{0, 1, 2}));
}

TEST(SlidingWindow, ANetworkThatSeesVoxelsOneByOneGivesTheSameAsWithoutWindows) {
  for (const at::Tensor& image : {ramp({3, 2, 13, 9}), ramp({2, 1, 5, 8, 11})})
    for (const char* blend : {"gaussian", "constant"})
      for (const std::int64_t window : {4, 8, 12}) {
        const SlidingWindowOptions options{.window = {window}, .blend = blend, .batch_size = 5};
        const at::Tensor out = sliding_window(image, options, [](const at::Tensor& x) {
          return at::cat({x, 2 * x + 1}, 1);
        });
        EXPECT_TRUE(at::allclose(out, at::cat({image, 2 * image + 1}, 1), 1e-12, 0))
            << image.dim() << " " << blend << " " << window;
      }
}

TEST(SlidingWindow, WindowsOverlapIsTheWeightedMean) {
  // Two windows of 4 over 6 voxels; each window answers with its number, 0 and 1.
  int call = 0;
  const auto network = [&](const at::Tensor& x) { return at::full_like(x, call++); };
  SlidingWindowOptions options{.window = {1, 4}, .sigma = {0.5}, .batch_size = 1};
  const at::Tensor out = sliding_window(at::zeros({1, 1, 1, 6}, at::kDouble), options, network);
  // Weights of a window: exp(-x^2 / 8) at x = -1.5, -0.5, 0.5, 1.5.
  const double far = std::exp(-2.25 / 8), near = std::exp(-0.25 / 8);
  const double expected[] = {0, 0, far / (far + near), near / (far + near), 1, 1};
  for (std::int64_t i = 0; i < 6; ++i)
    EXPECT_NEAR(out[0][0][0][i].item<double>(), expected[i], 1e-7) << i;
}

TEST(SlidingWindow, AnImageThatFitsGoesThroughTheNetworkOnce) {
  int calls = 0;
  const at::Tensor image = ramp({2, 1, 6, 7});
  const auto network = [&](const at::Tensor& x) {
    ++calls;
    EXPECT_TRUE(at::equal(x, image));
    return x;
  };
  EXPECT_TRUE(
      at::equal(sliding_window(image, {.window = {0}, .blend = "constant"}, network), image));
  EXPECT_EQ(calls, 1);
}

TEST(SlidingWindow, ASmallerImageIsPaddedOnBothSidesAndCutOutAgain) {
  const at::Tensor image = at::tensor({1.0, 2.0, 3.0}).reshape({1, 1, 1, 3});
  const auto seen = [&](const std::string& padding) {
    at::Tensor window;
    const at::Tensor out =
        sliding_window(image, {.window = {1, 6}, .padding = padding, .padding_value = -5},
                       [&](const at::Tensor& x) { return window = x; });
    EXPECT_TRUE(at::equal(out, image));
    return std::vector<double>(window.data_ptr<double>(), window.data_ptr<double>() + 6);
  };
  EXPECT_EQ(seen("constant"), (std::vector<double>{-5, 1, 2, 3, -5, -5}));
  EXPECT_EQ(seen("replicate"), (std::vector<double>{1, 1, 2, 3, 3, 3}));
  EXPECT_EQ(seen("reflect"), (std::vector<double>{2, 1, 2, 3, 2, 1}));
}

TEST(SlidingWindow, WhatDoesNotFitIsRefused) {
  const at::Tensor image = ramp({1, 1, 8, 8});
  EXPECT_THROW((void)sliding_window(image, {.window = {4}, .overlap = {1}}, same), Error);
  EXPECT_THROW((void)sliding_window(image, {.window = {4, 4, 4}}, same), Error);
  EXPECT_THROW((void)sliding_window(image, {.window = {4}, .blend = "linear"}, same), Error);
  EXPECT_THROW((void)sliding_window(image, {.window = {30}, .padding = "reflect"}, same), Error);
  EXPECT_THROW((void)sliding_window(image, {.window = {4}, .batch_size = 0}, same), Error);
  EXPECT_THROW((void)sliding_window(image[0], {.window = {4}}, same), Error);
  const auto halved = [](const at::Tensor& x) { return x.slice(2, 0, 2); };
  EXPECT_THROW((void)sliding_window(image, {.window = {4}}, halved), Error);
}

}  // namespace
}  // namespace myoseg
