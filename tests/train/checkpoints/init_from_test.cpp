// Training from weights of a file: what is taken, adapted, refused; what is frozen does not move.
#include "train/checkpoints/init_from.h"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/error.h"
#include "models/weights/weights.h"
#include "models/weights/weights_file.h"
#include "tests/models/make_network.h"
#include "tests/testing/temporary.h"
#include "tests/train/training_fixture.h"

namespace myoseg {
namespace {

using testing::make_network;
using testing::SmallNetwork;
using testing::TemporaryFolder;
using testing::tiny;
using Names = std::vector<std::string>;

NamedTensors copy_of(const Network& network) {
  NamedTensors copy;
  for (const auto& [name, tensor] : state_of(network)) copy.emplace_back(name, tensor.clone());
  return copy;
}

at::Tensor& named(NamedTensors& tensors, const std::string& name) {
  for (auto& [known, tensor] : tensors)
    if (known == name) return tensor;
  throw std::logic_error("no " + name);
}

class InitFrom : public ::testing::Test {
 protected:
  InitFrom() { initialise(network_, 3); }

  // Weights of another seed, changed by `change`.
  void write(const std::function<void(NamedTensors&)>& change = {}) {
    SmallNetwork other;
    initialise(other, 4);
    theirs_ = copy_of(other);
    if (change) change(theirs_);
    write_weights(file_, {theirs_, {}});
  }
  InitReport load(const FineTuneOptions& options = {}) {
    return init_from(network_, {1, 3}, file_, options);
  }
  std::string fault(const FineTuneOptions& options = {}) {
    const NamedTensors before = copy_of(network_);
    try {
      (void)load(options);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::bad_data);
      const std::string sentence = error.what();
      EXPECT_EQ(sentence.find(file_.string()), 0U) << sentence;
      const NamedTensors after = state_of(network_);
      for (std::size_t i = 0; i < before.size(); ++i)
        EXPECT_TRUE(at::equal(before[i].second, after[i].second)) << "changed: " << before[i].first;
      return sentence;
    }
    return "";
  }
  void expect_loaded(const std::string& name) {
    NamedTensors ours = state_of(network_);
    EXPECT_TRUE(at::equal(named(ours, name), named(theirs_, name))) << name;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "start.pt";
  SmallNetwork network_;
  NamedTensors theirs_;
};

TEST_F(InitFrom, TakesTheWholeFileAndTellsSo) {
  write();
  const InitReport report = load();
  EXPECT_EQ(report.loaded, theirs_.size());
  EXPECT_TRUE(report.adapted.empty() && report.begin_anew.empty() && report.left_over.empty());
  for (const auto& [name, tensor] : theirs_) expect_loaded(name);
  EXPECT_EQ(report.text(file_),
            "start.pt (PyTorch, the network's own names): 9 tensors loaded, 0 of them adapted, 0 "
            "begin anew, 0 left over");
}

TEST_F(InitFrom, SkipsWhatTheReferenceNeverUsesAndTellsSo) {
  write([](NamedTensors& t) {
    t.emplace_back("vit.blocks.11.cross_attn.to_q.weight", at::zeros({2, 2}));
    t.emplace_back("vit.blocks.11.norm_cross_attn.bias", at::zeros({2}));
  });
  const InitReport report = load();
  EXPECT_TRUE(report.left_over.empty());
  EXPECT_NE(report.text(file_).find("skipped, 2 that no prediction needs: "
                                    "'vit.blocks.11.cross_attn.to_q.weight'"),
            std::string::npos)
      << report.text(file_);
}

TEST_F(InitFrom, SumsTheChannelsOfAStemForOne) {
  at::Tensor stem;
  write([&](NamedTensors& t) {
    stem = at::arange(4 * 3 * 9, at::kFloat).view({4, 3, 3, 3});
    named(t, "first.weight") = stem;
  });
  const InitReport report = load();
  EXPECT_EQ(report.adapted, (Names{"first.weight from 3 input channels to 1, summed"}));
  NamedTensors ours = state_of(network_);
  EXPECT_TRUE(at::equal(named(ours, "first.weight"), stem.sum(1, true)));
}

TEST_F(InitFrom, RepeatsChannelsOnlyWhenAsked) {
  const auto network = make_network(tiny("unet"), {4, 3}),
             other = make_network(tiny("unet"), {3, 3});
  initialise(*other, 1);
  write_weights(file_, {copy_of(*other), {}});
  EXPECT_THROW((void)init_from(*network, {4, 3}, file_, {}), Error);
  (void)init_from(*network, {4, 3}, file_, {.repeat_channels = true});
  NamedTensors ours = state_of(*network), theirs = state_of(*other);
  const at::Tensor to = named(ours, "down1.conv.0.conv.weight"),
                   from = named(theirs, "down1.conv.0.conv.weight");
  for (int c = 0; c < 4; ++c)
    EXPECT_TRUE(at::allclose(to.select(1, c), from.select(1, c % 3) * 0.75));
}

TEST_F(InitFrom, AnotherNumberOfClassesNeedsAnOrder) {
  write([](NamedTensors& t) {
    named(t, "head.weight") = at::ones({5, 4, 1, 1});
    named(t, "head.bias") = at::ones({5});
  });
  const std::string sentence = fault();
  EXPECT_NE(sentence.find("5 classes"), std::string::npos) << sentence;
  EXPECT_NE(sentence.find("fine_tune.new_head=true"), std::string::npos) << sentence;
  const InitReport report = load({.new_head = true});
  EXPECT_EQ(report.begin_anew, (Names{"head.weight", "head.bias"}));
  expect_loaded("first.weight");
}

TEST_F(InitFrom, NothingIsMissingOrLeftOverSilently) {
  write([](NamedTensors& t) {
    std::erase_if(t, [](const auto& item) { return item.first == "head.bias"; });
  });
  EXPECT_NE(fault().find("has no 'head.bias'"), std::string::npos) << fault();
  EXPECT_EQ(load({.load = LoadPart::any}).begin_anew, (Names{"head.bias"}));
  write([](NamedTensors& t) { t.emplace_back("more.weight", at::ones({2})); });
  EXPECT_NE(fault().find("holds 'more.weight'"), std::string::npos) << fault();
  EXPECT_EQ(load({.load = LoadPart::any}).left_over, (Names{"more.weight"}));
  write([](NamedTensors& t) { named(t, "norm.weight") = at::ones({7}); });
  EXPECT_NE(fault().find("'norm.weight' has the shape [7], but the network's is [4]"),
            std::string::npos);
  EXPECT_NE(fault({.load = LoadPart::any}), "");
  write([](NamedTensors& t) { t = {{"layer1.conv.weight", at::ones({2})}}; });
  for (const LoadPart load : {LoadPart::whole, LoadPart::any})
    EXPECT_NE(fault({.load = load}).find("another network: it has 'layer1.conv.weight'"),
              std::string::npos);
}

TEST_F(InitFrom, NamesToBeginAnewAreNotTaken) {
  write();
  NamedTensors before = copy_of(network_);
  const InitReport report = load({.anew = {"head"}});
  EXPECT_EQ(report.begin_anew, (Names{"head.weight", "head.bias"}));
  NamedTensors ours = state_of(network_);
  EXPECT_TRUE(at::equal(named(ours, "head.weight"), named(before, "head.weight")));
  EXPECT_NE(fault({.anew = {"first", "norm", "head"}}).find("nothing of it is taken"),
            std::string::npos);
}

TEST_F(InitFrom, CountersOfBatchesMayBeMissing) {
  write([](NamedTensors& t) {
    std::erase_if(t, [](const auto& item) { return item.first.ends_with("tracked"); });
  });
  EXPECT_TRUE(load().begin_anew.empty());
}

TEST_F(InitFrom, AnEncodersFileFillsTheEncoderWhenAsked) {
  const auto network = make_network(tiny("manet"), {1, 4}),
             other = make_network(tiny("manet"), {3, 9});
  initialise(*network, 1);
  initialise(*other, 2);
  NamedTensors theirs;  // as torchvision names them, with its classifier
  for (const auto& [name, tensor] : state_of(*other))
    if (name.starts_with("encoder.")) theirs.emplace_back(name.substr(8), tensor);
  theirs.emplace_back("fc.weight", at::ones({10, 8}));
  write_weights(file_, {theirs, {}});
  try {
    (void)init_from(*network, {1, 4}, file_, {});
    ADD_FAILURE() << "a part was loaded silently";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("fine_tune.load=encoder"), std::string::npos)
        << error.what();
  }
  const InitReport report = init_from(*network, {1, 4}, file_, {.load = LoadPart::encoder});
  EXPECT_EQ(report.layout, "an encoder's");
  EXPECT_EQ(report.left_over, (Names{"fc.weight"}));
  EXPECT_EQ(report.adapted.size(), 1U);
  for (const std::string& name : report.begin_anew) EXPECT_FALSE(name.starts_with("encoder."));
  EXPECT_NE(fault({.load = LoadPart::encoder}), "");  // a network without an encoder
}

TEST(FineTune, NamesBeginBetweenDots) {
  EXPECT_TRUE(name_begins("encoder.layer1.0.weight", "encoder.layer1"));
  EXPECT_TRUE(name_begins("encoder.layer1.0.weight", "encoder."));
  EXPECT_FALSE(name_begins("encoder.layer10.0.weight", "encoder.layer1"));
  EXPECT_TRUE(name_begins("head.bias", "head.bias"));
}

TEST(FineTune, TheLongestNameDecidesTheFactor) {
  const SmallNetwork network;
  const NamedTensors parameters = testing::parameters_of(network);
  const auto factors =
      rate_factors(parameters, {.rates = {{"first", 0.1}, {"first.bias", 0.5}, {"norm", 0}}});
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const std::string& name = parameters[i].first;
    EXPECT_EQ(factors[i], name == "first.bias"        ? 0.5
                          : name.starts_with("first") ? 0.1
                          : name.starts_with("norm")  ? 0
                                                      : 1)
        << name;
  }
  EXPECT_THROW((void)rate_factors(parameters, {.rates = {{"frist", 0.1}}}), Error);
  EXPECT_THROW(freeze(parameters, {.freeze = {"heads"}}), Error);
  EXPECT_THROW(freeze(parameters, {.freeze = {"first", "norm", "head"}}), Error);
}

TEST(FineTune, AFactorScalesEveryOptimisersStep) {
  for (const std::string& name : names_of<OptimizerEntry>()) {
    const NamedTensors slow{{"p", at::ones({3}).requires_grad_(true)}},
        fast{{"p", at::ones({3}).requires_grad_(true)}};
    const auto a = testing::make_optimizer(name, slow), b = testing::make_optimizer(name, fast);
    a->set_rate_factors({0.25});
    for (int step = 0; step < 3; ++step) {
      for (const auto& p : {slow, fast})
        p.front().second.mutable_grad() = at::full({3}, 0.5 + step);
      a->step(0.2);
      b->step(0.05);
    }
    EXPECT_TRUE(at::equal(slow.front().second, fast.front().second)) << name;
    EXPECT_THROW(a->set_rate_factors({1, 1}), Error);
  }
}

TEST(FineTune, WhatIsFrozenDoesNotMove) {
  const TemporaryFolder folder;
  testing::FixtureOptions options;
  options.train.epochs = 2;
  testing::TrainingFixture fixture(folder / "data", folder / "run", options);
  const NamedTensors parameters = testing::parameters_of(*fixture.job.network);
  freeze(parameters, {.freeze = {"first", "norm"}});
  fixture.job.optimizer->set_rate_factors(rate_factors(parameters, {.rates = {{"head.bias", 0}}}));
  NamedTensors before = copy_of(*fixture.job.network);
  (void)fixture.run();
  NamedTensors after = state_of(*fixture.job.network);
  for (const auto& [name, tensor] : before)
    EXPECT_EQ(at::equal(tensor, named(after, name)), name != "head.weight") << name;
}

}  // namespace
}  // namespace myoseg
