// Every network on our own kernels, against itself in float64 on the library's.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "core/error.h"
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

// How much larger than the library's an error may be.
double allowed(Kernels kernels) { return kernels == Kernels::f2 ? 4 : 20; }

class NetworkKernels : public ::testing::TestWithParam<std::string> {
 protected:
  // What is wrong, if anything.
  static std::string fault(const Node& options, std::int64_t n,
                           const std::vector<std::int64_t>& slice, bool training, int image) {
    const auto computed = [&](at::ScalarType type, Kernels kernels) {
      const auto network = made(options, {1, 3});
      network->to(type);
      network->train(training);
      const auto size = image_size(*network, n, slice);
      return step(*network, random_numbers(size, "image " + std::to_string(image)), kernels);
    };
    const Computed truth = computed(at::kDouble, Kernels::library);
    const Computed library = computed(at::kFloat, Kernels::library);
    std::string faults;
    for (const Kernels kernels : {Kernels::f2, Kernels::f4, Kernels::automatic}) {
      const Computed own = computed(at::kFloat, kernels);
      for (const auto part : {&Computed::output, &Computed::gradients, &Computed::buffers}) {
        const double error = relative_error(own.*part, truth.*part),
                     its = relative_error(library.*part, truth.*part);
        if (!(error < allowed(kernels) * std::max(its, 2e-7)))
          faults += std::string(name_of(kernels)) + ": error " + std::to_string(1e6 * error) +
                    "e-6, the library's " + std::to_string(1e6 * its) + "e-6; ";
      }
    }
    return faults;
  }
  // Of some image: now and then a number lies so near to where an activation bends, or a maximum
  // changes places, that rounding decides, and a gradient jumps.
  static void compare(std::int64_t n, const std::vector<std::int64_t>& slice, bool training) {
    std::string faults = "none tried";
    for (int image = 0; image < 3 && !faults.empty(); ++image)
      faults = fault(testing::tiny(GetParam()), n, slice, training, image);
    EXPECT_EQ(faults, "");
  }
};
INSTANTIATE_TEST_SUITE_P(Table, NetworkKernels, ::testing::ValuesIn(names_of<NetworkEntry>()));

std::vector<std::string> all_but(const std::set<std::string>& others) {
  std::vector<std::string> names;
  for (const auto& name : names_of<NetworkEntry>())
    if (!others.contains(std::string(name))) names.emplace_back(name);
  return names;
}
// What is not of our kernels depends on the number of threads: gradients of norms over channels,
// products of matrices.
class NetworkKernelsAlone : public NetworkKernels {};
INSTANTIATE_TEST_SUITE_P(Table, NetworkKernelsAlone,
                         ::testing::ValuesIn(all_but({"segformer", "unetr"})));

TEST_P(NetworkKernels, TrainsAsTheLibraryDoes) { compare(2, {35, 33}, /*training=*/true); }

TEST_P(NetworkKernels, InEvaluationOfOneImage) { compare(1, {32, 40}, /*training=*/false); }

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

TEST_P(NetworkKernelsAlone, EveryNumberOfThreadsGivesTheSameBits) {
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
  } catch (const Error&) {
    const std::set<std::string> without{"encoder_unet", "manet", "segformer", "unetplusplus"};
    EXPECT_TRUE(without.contains(GetParam())) << GetParam();
    return;
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
