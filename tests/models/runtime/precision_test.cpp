#include "models/runtime/precision.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <utility>

#include "core/error.h"
#include "models/blocks/layers.h"
#include "models/blocks/operations.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace {

ExitCode code_of(const std::function<void()>& call, std::string* sentence = nullptr) {
  try {
    call();
  } catch (const Error& error) {
    if (sentence != nullptr) *sentence = error.what();
    return error.code();
  }
  return ExitCode::done;
}

TEST(Precision, Names) {
  EXPECT_EQ(choice_of<Precision>("fp32"), Precision::fp32);
  EXPECT_EQ(choice_of<Precision>("bf16"), Precision::bf16);
  EXPECT_EQ(choice_of<Precision>("fp16"), Precision::fp16);
  EXPECT_EQ(choice_of<Precision>("auto"), Precision::automatic);
  EXPECT_EQ(choice_of<Precision>("half"), std::nullopt);
}

TEST(Precision, AutoIsBf16OnAGpuAlone) {
  EXPECT_EQ(precision_on(at::kCUDA, Precision::automatic), Precision::bf16);
  EXPECT_EQ(precision_on(at::kCPU, Precision::automatic), Precision::fp32);
  EXPECT_EQ(precision_on(at::kCPU, Precision::bf16), Precision::bf16);
}

TEST(Precision, Fp16NeedsAGpu) {
  const auto code = [](Precision precision, at::Device device) {
    return code_of([&] { require_precision(precision, device); });
  };
  EXPECT_EQ(code(Precision::fp32, at::kCPU), ExitCode::done);
  EXPECT_EQ(code(Precision::bf16, at::kCPU), ExitCode::done);
  EXPECT_EQ(code(Precision::fp16, at::kCUDA), ExitCode::done);
  EXPECT_EQ(code(Precision::fp16, at::kCPU), ExitCode::bad_usage);
  EXPECT_EQ(code(Precision::automatic, at::kCPU), ExitCode::done);
}

TEST(Precision, Bf16IsThereWhereTheProcessorSaysSo) {
  std::ifstream file("/proc/cpuinfo");
  const std::string cpuinfo((std::istreambuf_iterator<char>(file)), {});
  ASSERT_FALSE(cpuinfo.empty());
  const bool is_x86 = cpuinfo.find("flags\t") != std::string::npos;
  EXPECT_EQ(has_bf16(at::kCPU), !is_x86 || cpuinfo.find(" avx512_bf16") != std::string::npos);
  EXPECT_TRUE(has_bf16(at::kCUDA));
}

at::Tensor layer_output(ConvOptions options, Precision precision, at::Tensor x) {
  Conv conv(options);
  conv.initialise(1, "conv");
  const PrecisionScope scope(precision, at::kCPU);
  return conv(x);
}

at::Tensor ramp(std::vector<std::int64_t> shape) {
  std::int64_t n = 1;
  for (const auto s : shape) n *= s;
  return (at::arange(n, at::kFloat) / static_cast<double>(n)).reshape(shape);
}

TEST(Precision, LayersComputeInBf16OnlyInsideTheScope) {
  const std::vector<ConvOptions> kinds = {{.dims = 2, .in = 2, .out = 3},
                                          {.dims = 3, .in = 2, .out = 3},
                                          {.dims = 2,
                                           .in = 2,
                                           .out = 3,
                                           .kernel = {2},
                                           .stride = {2},
                                           .padding = {0},
                                           .transposed = true},
                                          {.dims = 3,
                                           .in = 2,
                                           .out = 3,
                                           .kernel = {2},
                                           .stride = {2},
                                           .padding = {0},
                                           .transposed = true}};
  for (const ConvOptions& options : kinds) {
    const at::Tensor x = options.dims == 2 ? ramp({1, 2, 6, 5}) : ramp({1, 2, 4, 6, 5});
    const at::Tensor exact = layer_output(options, Precision::fp32, x);
    const at::Tensor rounded = layer_output(options, Precision::bf16, x);
    EXPECT_EQ(exact.scalar_type(), at::kFloat);
    EXPECT_EQ(rounded.scalar_type(), at::kBFloat16);
    // bfloat16 has 8 bits of mantissa.
    EXPECT_LT((rounded.to(at::kFloat) - exact).abs().max().item<double>(), 0.02);
    EXPECT_GT((rounded.to(at::kFloat) - exact).abs().max().item<double>(), 0);
    EXPECT_TRUE(layer_output(options, Precision::fp32, x).equal(exact));
  }
}

TEST(Precision, GradientsOfBf16LayersAreFloat32AndNear) {
  const at::Tensor x = ramp({2, 2, 6, 5});
  const auto gradient = [&](Precision precision) {
    Conv conv({.dims = 2, .in = 2, .out = 3});
    conv.initialise(1, "conv");
    at::Tensor y;
    {
      const PrecisionScope scope(precision, at::kCPU);
      y = conv(x);
    }
    y.to(at::kFloat).square().sum().backward();
    return conv.parameters()[0].grad();
  };
  const at::Tensor exact = gradient(Precision::fp32), rounded = gradient(Precision::bf16);
  EXPECT_EQ(rounded.scalar_type(), at::kFloat);
  EXPECT_LT(((rounded - exact).norm() / exact.norm()).item<double>(), 0.02);
}

// LibTorch 1.13 has no such kernel for volumes.
TEST(Precision, PoolingVolumesInBf16IsExact) {
  const at::Tensor x = at::sin(ramp({1, 2, 4, 6, 4}) * 100).to(at::kBFloat16);
  const auto pooled = [](at::Tensor image) {
    image = image.detach().requires_grad_();
    const at::Tensor y = max_pool(image, {1, 2, 2});
    (y * y).sum().backward();
    return std::pair(y, image.grad());
  };
  const auto [half, half_gradient] = pooled(x);
  const auto [exact, exact_gradient] = pooled(x.to(at::kFloat));
  EXPECT_EQ(half.scalar_type(), at::kBFloat16);
  EXPECT_TRUE(half.to(at::kFloat).equal(exact));
  EXPECT_TRUE(half_gradient.equal(exact_gradient.to(at::kBFloat16)));
}

TEST(Device, Names) {
  EXPECT_TRUE(resolve_device("cpu").is_cpu());
  EXPECT_NO_THROW((void)resolve_device("auto"));
  for (const std::string wrong : {"", "gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", "cuda:99"}) {
    std::string sentence;
    EXPECT_EQ(code_of([&] { (void)resolve_device(wrong); }, &sentence), ExitCode::bad_usage)
        << wrong;
    EXPECT_NE(sentence.find("'" + wrong + "'"), std::string::npos) << sentence;
  }
}

}  // namespace
}  // namespace myoseg
