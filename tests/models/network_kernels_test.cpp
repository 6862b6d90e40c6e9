// Every network on our own kernels, against itself in float64 on the library's.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.h"
#include "core/threads.h"
#include "models/runtime/device.h"
#include "models/runtime/forward.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"

namespace myoseg {
namespace {

at::Tensor random_numbers(const std::vector<std::int64_t>& shape, const std::string& name) {
  at::Tensor t = at::empty(shape);
  Random random(3, name);
  for (std::int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<float>()[i] = static_cast<float>(random.uniform(-1, 1));
  return t;
}

double relative_error(const at::Tensor& a, const at::Tensor& truth) {
  return ((a.to(at::kDouble) - truth).norm() / truth.norm().clamp_min(1e-30)).item<double>();
}

// What a step computes: outputs, all gradients in one list, all buffers in one list.
struct Computed {
  at::Tensor output, gradients, buffers;
};

at::Tensor in_one(const std::vector<at::Tensor>& tensors) {
  std::vector<at::Tensor> flat{at::zeros({1}, at::kDouble)};
  for (const at::Tensor& t : tensors) flat.push_back(t.detach().to(at::kDouble).flatten());
  return at::cat(flat);
}

Computed step(Network& network, const at::Tensor& image, Kernels kernels) {
  set_random_step(network, 1, 0);
  network.zero_grad();
  const at::Tensor x = image.to(network.parameters().front().scalar_type());
  const KernelScope scope(kernels);
  const at::Tensor y = network.forward(x);
  (y * random_numbers(y.sizes().vec(), "direction").to(y.scalar_type())).sum().backward();
  std::vector<at::Tensor> gradients;
  for (const auto& p : network.parameters()) gradients.push_back(p.grad());
  return {y.detach(), in_one(gradients), in_one(network.buffers())};
}

std::shared_ptr<Network> made(const Node& options, NetworkIo io) {
  auto network = testing::make_network(options, io);
  initialise(*network, 1);
  return network;
}

std::vector<std::int64_t> image_size(const Network& network, std::int64_t n,
                                     std::vector<std::int64_t> slice) {
  if (network.dims() == 3) slice.insert(slice.begin(), 9);
  if (const auto fixed = network.fixed_size(); !fixed.empty()) slice = fixed;
  slice.insert(slice.begin(), {n, 1});
  return slice;
}

class NetworkKernels : public ::testing::TestWithParam<std::string> {
 protected:
  void compare(const Node& options, std::int64_t n, const std::vector<std::int64_t>& slice,
               bool training) {
    const auto computed = [&](at::ScalarType type, Kernels kernels) {
      const auto network = made(options, {1, 3});
      network->to(type);
      network->train(training);
      return step(*network, random_numbers(image_size(*network, n, slice), "image"), kernels);
    };
    const Computed truth = computed(at::kDouble, Kernels::library);
    const Computed library = computed(at::kFloat, Kernels::library);
    for (const Kernels kernels : {Kernels::f2, Kernels::f4, Kernels::automatic}) {
      const Computed own = computed(at::kFloat, kernels);
      const double factor = kernels == Kernels::f2 ? 4 : 20;
      const auto expect_near = [&](const at::Tensor& a, const at::Tensor& b, const at::Tensor& t,
                                   const std::string& what) {
        EXPECT_LT(relative_error(a, t), factor * std::max(relative_error(b, t), 2e-7))
            << name_of(kernels) << ": " << what << ", the library's " << relative_error(b, t);
      };
      expect_near(own.output, library.output, truth.output, "output");
      expect_near(own.gradients, library.gradients, truth.gradients, "gradients");
      expect_near(own.buffers, library.buffers, truth.buffers, "buffers");
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Table, NetworkKernels, ::testing::ValuesIn(names_of<NetworkEntry>()));

TEST_P(NetworkKernels, TrainsAsTheLibraryDoes) {
  compare(testing::tiny(GetParam()), 2, {35, 33}, /*training=*/true);
}

TEST_P(NetworkKernels, BatchOfOneInEvaluation) {
  compare(testing::tiny(GetParam()), 1, {32, 40}, /*training=*/false);
}

// A prediction keeps nothing and folds norms into weights.
TEST_P(NetworkKernels, PredictsWhatTheBackwardPassSaw) {
  const auto network = made(testing::tiny(GetParam()), {1, 3});
  const at::Tensor image = random_numbers(image_size(*network, 2, {37, 29}), "image");
  network->train();
  (void)step(*network, image, Kernels::library);  // running statistics move
  network->eval();
  const at::Tensor truth = step(*network, image, Kernels::library).output.to(at::kDouble);
  const at::NoGradGuard no_grad;
  const ForwardSetup setup = forward_setup(at::kCPU, Precision::fp32, {}, Kernels::f2);
  for (int repeat = 0; repeat < 2; ++repeat)
    EXPECT_LT(relative_error(forward(*network, image, setup), truth), 2e-5);
}

TEST_P(NetworkKernels, EveryNumberOfThreadsGivesTheSameBits) {
  const int before = thread_count();
  const auto computed = [&](int threads) {
    set_thread_count(threads);
    use_threads();
    const auto network = made(testing::tiny(GetParam()), {1, 3});
    network->train();
    return step(*network, random_numbers(image_size(*network, 2, {35, 33}), "image"),
                Kernels::automatic);
  };
  const Computed one = computed(1);
  for (const int threads : {2, 3}) {
    const Computed more = computed(threads);
    EXPECT_TRUE(at::equal(one.output, more.output)) << threads;
    EXPECT_TRUE(at::equal(one.gradients, more.gradients)) << threads;
    EXPECT_TRUE(at::equal(one.buffers, more.buffers)) << threads;
  }
  set_thread_count(before);
  use_threads();
}

// Checkpointed blocks are computed a second time with the kernels of the first.
TEST_P(NetworkKernels, RecomputedBlocksHaveTheSameOutput) {
  Node options = testing::tiny(GetParam());
  const auto plain = made(options, {1, 3});
  options.set("activation_checkpointing", Node("blocks"));
  std::shared_ptr<Network> checkpointed;
  try {
    checkpointed = made(options, {1, 3});
  } catch (const std::exception&) {
    GTEST_SKIP() << "no such option";
  }
  const at::Tensor image = random_numbers(image_size(*plain, 2, {35, 33}), "image");
  plain->train();
  checkpointed->train();
  const Computed a = step(*plain, image, Kernels::f2), b = step(*checkpointed, image, Kernels::f2);
  EXPECT_TRUE(at::equal(a.output, b.output));
  EXPECT_TRUE(at::equal(a.buffers, b.buffers));
  EXPECT_LT(relative_error(b.gradients, a.gradients), 1e-4);
}

}  // namespace
}  // namespace myoseg
