// Networks of different architectures that answer together.
#include "eval/predict/ensemble.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "core/error.h"
#include "eval/predict/predictor.h"
#include "models/networks.h"
#include "tests/eval/predict/predict_fixture.h"

namespace myoseg {
namespace {

using testing::above_100;
using testing::as_it_is;
using testing::Rule;
using testing::scan;

// One that sees single pixels and one that sees rows.
std::vector<std::shared_ptr<Network>> two_rules() {
  return {std::make_shared<Rule>([](const at::Tensor& x) {
            return at::cat({x * 0, x}, 1);
          }),
          std::make_shared<Rule>([](const at::Tensor& x) {
            return at::cat({x.mean(3, true).expand_as(x), x * 0 - 0.3}, 1);
          })};
}

std::string refusal(const std::function<void()>& made) {
  try {
    made();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::bad_usage);
    return error.what();
  }
  return "no error";
}

TEST(Ensemble, TheWeightedMeanIsTheOneByHand) {
  const at::Tensor image = at::linspace(-2, 1, 24).view({2, 1, 3, 4});
  const auto of = [&](std::vector<double> weights) {
    return Ensemble(two_rules(), 2, false, {}, std::move(weights)).scores(image);
  };
  std::vector<std::shared_ptr<Network>> rules = two_rules();
  for (const auto& rule : rules) rule->eval();
  const at::Tensor first = at::softmax(rules[0]->forward(image), 1),
                   second = at::softmax(rules[1]->forward(image), 1);
  EXPECT_TRUE(at::allclose(of({3, 1}), first * 0.75 + second * 0.25, 0, 1e-6));
  EXPECT_TRUE(at::allclose(of({0.2, 0.6}), first * 0.25 + second * 0.75, 0, 1e-6));
  EXPECT_TRUE(at::equal(of({2, 2}), of({})));
  EXPECT_TRUE(at::equal(of({}), (first + second) / 2));
}

TEST(Ensemble, MirroredImagesCountAsTheirNetworkDoes) {
  const at::Tensor image = at::linspace(-2, 1, 24).view({2, 1, 3, 4});
  std::vector<std::shared_ptr<Network>> rules = two_rules();
  for (const auto& rule : rules) rule->eval();
  const auto both = [&](std::size_t n) {
    return (at::softmax(rules[n]->forward(image), 1) +
            at::softmax(rules[n]->forward(image.flip({-1})), 1).flip({-1})) /
           2;
  };
  const at::Tensor mean = Ensemble(two_rules(), 2, true, {}, {1, 4}).scores(image);
  EXPECT_TRUE(at::allclose(mean, both(0) * 0.2 + both(1) * 0.8, 0, 1e-6));
}

// 0.9997 and 0.119 of class 1: the mean is above a half, and below it where the second counts more.
TEST(Ensemble, WeightsDecideTheLabelMap) {
  const auto constant = [](double logit) {
    return std::make_shared<Rule>([logit](const at::Tensor& x) {
      return at::cat({at::zeros_like(x), at::full_like(x, logit)}, 1);
    });
  };
  const auto label = [&](std::vector<double> weights) {
    return Predictor({constant(8), constant(-2)}, 2, as_it_is(), {}, {}, {},
                     std::move(weights))(scan())
        .voxels.front();
  };
  EXPECT_EQ(label({}), 1);
  EXPECT_EQ(label({1, 2}), 0);
}

TEST(Ensemble, NetworksOfTheTableAnswerTogether) {
  const auto made = [](const char* name, const char* widths) {
    Pick<NetworkEntry> pick(name);
    Node options;
    options.set("dims", Node(2));
    options.set(widths, Node(Node::List{Node(2)}));
    bind_options(pick, options);
    return pick.make(NetworkIo{1, 3});
  };
  std::vector<std::shared_ptr<Network>> networks{made("unet", "widths"),
                                                 made("dense_block_unet", "layers")};
  for (std::size_t n = 0; n < 2; ++n) {
    initialise(*networks[n], n);
    networks[n]->eval();
  }
  const at::Tensor image = at::linspace(0, 1, 32 * 32).view({1, 1, 32, 32});
  const c10::NoGradGuard no_grad;
  const Ensemble ensemble(networks, 3, false, {}, {1, 3});
  const at::Tensor mean = at::softmax(networks[0]->forward(image), 1) * 0.25 +
                          at::softmax(networks[1]->forward(image), 1) * 0.75;
  EXPECT_TRUE(at::allclose(ensemble.scores(image), mean, 1e-5, 1e-6));
}

TEST(Ensemble, WhatCannotAnswerTogetherIsRefused) {
  const auto rule = [](int dims) { return std::make_shared<Rule>(above_100, dims); };
  EXPECT_NE(refusal([&] {
              Ensemble({rule(2), rule(3)}, 2, false, {});
            }).find("Networks of slices and networks of volumes"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              Ensemble({rule(2), rule(2)}, 2, false, {}, {1});
            }).find("1 weights were given for 2 networks"),
            std::string::npos);
  EXPECT_NE(refusal([&] {
              Ensemble({rule(2), rule(2)}, 2, false, {}, {1, 0});
            }).find("must be above 0"),
            std::string::npos);
  const auto small = rule(3), large = rule(3);
  small->fixed = {4, 8, 8};
  large->fixed = {4, 8, 16};
  EXPECT_NE(refusal([&] {
              Predictor({small, large}, 2, as_it_is(), {});
            }).find("windows of [8,8,4] and another in windows of [16,8,4]"),
            std::string::npos);
  large->fixed = small->fixed;
  EXPECT_EQ(refusal([&] { Predictor({small, large}, 2, as_it_is(), {}); }), "no error");
}

}  // namespace
}  // namespace myoseg
