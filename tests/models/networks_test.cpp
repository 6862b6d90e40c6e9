// What every network in the table must do.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/random.h"
#include "models/blocks/operations.h"
#include "models/runtime/forward.h"
#include "models/weights/weights.h"
#include "tests/models/make_network.h"
#include "tests/testing/temporary.h"

namespace myoseg {
namespace {

at::Tensor random_image(std::vector<std::int64_t> shape) {
  at::Tensor t = at::empty(shape);
  Random random(3, "image");
  for (std::int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<float>()[i] = static_cast<float>(random.uniform(-1, 1));
  return t;
}

class EveryNetwork : public ::testing::TestWithParam<std::string> {
 protected:
  static std::shared_ptr<Network> make(NetworkIo io, std::uint64_t seed = 1) {
    auto network = testing::make_network(testing::tiny(GetParam()), io);
    initialise(*network, seed);
    return network;
  }
  // Slowest axis first, as many axes as the network has: the small volume or the only size that a
  // network takes instead of the slice.
  static std::vector<std::int64_t> size_for(const Network& network,
                                            std::vector<std::int64_t> slice) {
    if (const auto fixed = network.fixed_size(); !fixed.empty()) return fixed;
    if (network.dims() == 3) slice.insert(slice.begin(), 9);
    return slice;
  }
  static at::Tensor image_for(const Network& network, std::int64_t n, std::int64_t channels,
                              const std::vector<std::int64_t>& slice) {
    std::vector<std::int64_t> shape = size_for(network, slice);
    shape.insert(shape.begin(), {n, channels});
    return random_image(shape);
  }
};
INSTANTIATE_TEST_SUITE_P(Table, EveryNetwork, ::testing::ValuesIn(names_of<NetworkEntry>()));

TEST_P(EveryNetwork, KeepsTheSpatialSizeWhateverItIs) {
  at::NoGradGuard no_grad;
  for (const int channels : {1, 3}) {
    const auto network = make({channels, 5});
    network->eval();
    for (const auto& slice : std::vector<std::vector<std::int64_t>>{{32, 32}, {37, 29}, {1, 50}}) {
      const auto image = image_for(*network, 2, channels, slice);
      const auto y = network->forward(image);
      std::vector<std::int64_t> shape = image.sizes().vec();
      shape[1] = 5;
      EXPECT_EQ(y.sizes().vec(), shape);
      EXPECT_TRUE(at::isfinite(y).all().item<bool>());
    }
  }
}

// Odd sizes too, and the head of features that lie otherwise in memory, as those of a volume do.
TEST_P(EveryNetwork, IsTheHeadOfItsFeatures) {
  at::NoGradGuard no_grad;
  const auto network = make({1, 5});
  network->eval();
  const std::int64_t channels = network->feature_channels();
  if (channels == 0) {
    EXPECT_FALSE(network->features(image_for(*network, 1, 1, {32, 32})).defined());
    return;
  }
  for (const auto& slice : std::vector<std::vector<std::int64_t>>{{32, 32}, {37, 29}}) {
    const auto image = image_for(*network, 2, 1, slice);
    const auto features = network->features(image), y = network->forward(image);
    EXPECT_EQ(features.size(1), channels);
    EXPECT_EQ(features.sizes().slice(2), image.sizes().slice(2));
    const at::Tensor strided = features.transpose(0, 1).contiguous().transpose(0, 1);
    for (const at::Tensor& x : {features, strided})
      EXPECT_TRUE(at::allclose(network->head(x), y, 1e-5, 1e-5));
  }
}

TEST_P(EveryNetwork, GradientsReachEveryParameter) {
  const auto network = make({1, 3});
  network->train();
  network->forward(image_for(*network, 2, 1, {35, 33})).square().mean().backward();
  for (const auto& parameter : network->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_TRUE(at::isfinite(parameter.value().grad()).all().item<bool>()) << parameter.key();
    // A bias before a norm has no effect and a gradient of rounding noise only.
    if (parameter.value().dim() > 1) {
      EXPECT_GT(parameter.value().grad().abs().max().item<double>(), 0) << parameter.key();
    }
  }
}

// Sizes that no network can halve: whatever grows images and features must know bf16 too.
TEST_P(EveryNetwork, TrainsInBf16) {
  const auto network = make({1, 3});
  network->train();
  const ForwardSetup setup = forward_setup(at::kCPU, Precision::bf16);
  const auto image = image_for(*network, 2, 1, {35, 33});
  forward(*network, image, setup).square().mean().backward();
  for (const auto& parameter : network->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_TRUE(at::isfinite(parameter.value().grad()).all().item<bool>()) << parameter.key();
  }
}

TEST_P(EveryNetwork, EvaluationIsRepeatableAndLeavesTheStateAlone) {
  at::NoGradGuard no_grad;
  const auto network = make({1, 3});
  network->eval();
  const auto x = image_for(*network, 1, 1, {40, 40});
  std::vector<at::Tensor> before;
  for (const auto& [name, tensor] : state_of(*network)) before.push_back(tensor.clone());
  EXPECT_TRUE(at::equal(network->forward(x), network->forward(x)));
  std::size_t i = 0;
  for (const auto& [name, tensor] : state_of(*network))
    EXPECT_TRUE(at::equal(tensor, before[i++])) << name;
}

TEST_P(EveryNetwork, SavedAndLoadedGivesTheSameOutput) {
  at::NoGradGuard no_grad;
  const testing::TemporaryFolder folder;
  const auto network = make({1, 3});
  network->train();
  (void)network->forward(image_for(*network, 2, 1, {32, 32}));  // running statistics move
  save_tensors(folder / "model.safetensors", {state_of(*network), {}});

  const auto other = make({1, 3}, 2);
  network->eval();
  other->eval();
  const auto x = image_for(*network, 1, 1, {33, 31});
  EXPECT_FALSE(at::equal(network->forward(x), other->forward(x)));
  load_state(*other, load_tensors(folder / "model.safetensors"), "model.safetensors");
  EXPECT_TRUE(at::equal(network->forward(x), other->forward(x)));
}

TEST_P(EveryNetwork, InitialWeightsDependOnTheSeedAndTheNameOnly) {
  const auto a = state_of(*make({1, 3}, 1)), b = state_of(*make({1, 3}, 1)),
             c = state_of(*make({1, 3}, 2));
  bool differs = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_TRUE(at::equal(a[i].second, b[i].second)) << a[i].first;
    differs = differs || !at::equal(a[i].second, c[i].second);
  }
  EXPECT_TRUE(differs);
}

TEST_P(EveryNetwork, SaysWhichInputItTakes) {
  const auto network = make({1, 3});
  EXPECT_THROW((void)network->forward(image_for(*network, 1, 2, {32, 32})), Error);
  std::vector<std::int64_t> other = network->dims() == 2
                                        ? std::vector<std::int64_t>{1, 1, 16, 32, 32}
                                        : std::vector<std::int64_t>{1, 1, 32, 32};
  EXPECT_THROW((void)network->forward(random_image(other)), Error);
  other = image_for(*network, 1, 1, {32, 32}).sizes().vec();
  other.back() = 0;
  EXPECT_THROW((void)network->forward(at::empty(other)), Error);
  auto larger = image_for(*network, 1, 1, {32, 32}).sizes().vec();
  larger.back() += 16;
  if (network->fixed_size().empty())
    EXPECT_NO_THROW((void)network->forward(random_image(larger)));
  else
    EXPECT_THROW((void)network->forward(random_image(larger)), Error);
}

// An image that is smaller than the multiple is computed as if its border went on to there.
TEST_P(EveryNetwork, SaysOfWhichMultiplesItComputesSizes) {
  at::NoGradGuard no_grad;
  const auto network = make({1, 3});
  network->eval();
  const auto multiple = network->size_multiple();
  ASSERT_EQ(multiple.size(), static_cast<std::size_t>(network->dims()));
  if (const auto fixed = network->fixed_size(); !fixed.empty()) {
    for (std::size_t axis = 0; axis < fixed.size(); ++axis)
      EXPECT_EQ(fixed[axis] % multiple[axis], 0);
    EXPECT_NO_THROW(network->check_size(fixed, true));
    EXPECT_THROW(network->check_size(multiple, false), Error);
    return;
  }
  EXPECT_NO_THROW(network->check_size(multiple, true));
  std::vector<std::int64_t> shape{1, 1};
  for (const std::int64_t m : multiple) shape.push_back(std::max<std::int64_t>(1, m - 1));
  const at::Tensor image = random_image(shape);
  const at::Tensor grown = pad_to_multiple(image, multiple, Padding::replicate);
  EXPECT_TRUE(network->forward(image).equal(crop_to(network->forward(grown), image)));
}

TEST_P(EveryNetwork, IsDescribedLayerByLayer) {
  const auto network = make({1, 3});
  network->train();
  const NetworkInfo info = network_info(*network, {1, 3}, size_for(*network, {32, 32}));
  EXPECT_TRUE(network->is_training());
  std::int64_t in_layers = 0, buffers = 0;
  for (const auto& layer : info.layers) {
    EXPECT_FALSE(layer.name.empty());
    in_layers += layer.parameters;
  }
  for (const auto& buffer : network->buffers()) buffers += buffer.numel();
  EXPECT_EQ(in_layers, info.parameters);
  EXPECT_EQ(buffers, info.buffers);
  EXPECT_GT(info.multiply_adds, 0);
  EXPECT_GT(info.activation_bytes, 0);
}

TEST(LoadState, NamesTheFirstDifferenceAndChangesNothing) {
  const auto network = testing::make_network(testing::tiny("unet"), {1, 3});
  initialise(*network, 1);
  TensorFile good{state_of(*network), {}};
  for (auto& [name, tensor] : good.tensors) tensor = tensor.clone().add_(1);
  const auto message = [&](const TensorFile& content) -> std::string {
    std::vector<at::Tensor> before;
    for (const auto& [name, tensor] : state_of(*network)) before.push_back(tensor.clone());
    try {
      load_state(*network, content, "w.safetensors");
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::bad_data);
      std::size_t i = 0;
      for (const auto& [name, tensor] : state_of(*network))
        EXPECT_TRUE(at::equal(tensor, before[i++]));
      return e.what();
    }
    return "";
  };
  TensorFile missing = good, extra = good, shape = good, type = good;
  const std::string last = good.tensors.back().first;
  missing.tensors.pop_back();
  extra.tensors.emplace_back("decoder.weight", at::zeros({1}));
  shape.tensors.back().second = at::zeros({7, 7});
  type.tensors.back().second = good.tensors.back().second.to(at::kLong);
  EXPECT_NE(message(missing).find("has no '" + last + "'"), std::string::npos);
  EXPECT_NE(message(extra).find("decoder.weight"), std::string::npos);
  EXPECT_NE(message(shape).find("[7,7]"), std::string::npos);
  EXPECT_NE(message(type).find("whole"), std::string::npos);
  EXPECT_EQ(message(good), "");
  EXPECT_TRUE(at::equal(state_of(*network).back().second, good.tensors.back().second));
}

}  // namespace
}  // namespace myoseg
