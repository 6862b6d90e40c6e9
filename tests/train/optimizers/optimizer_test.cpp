// What every optimiser in the table must do, and gradient clipping.
#include "train/optimizers/optimizer.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/fields/pick.h"
#include "core/random.h"

namespace myoseg {
namespace {

at::Tensor random_tensor(std::vector<std::int64_t> shape, const std::string& purpose) {
  at::Tensor t = at::empty(shape);
  Random random(11, purpose);
  for (std::int64_t i = 0; i < t.numel(); ++i)
    t.data_ptr<float>()[i] = static_cast<float>(random.uniform(-1, 1));
  return t;
}

NamedTensors parameters_of() {
  return {{"conv.weight", random_tensor({40, 30, 3, 3}, "w").requires_grad_(true)},
          {"conv.bias", random_tensor({40}, "b").requires_grad_(true)},
          {"unused", random_tensor({3, 2}, "u").requires_grad_(true)}};
}

void set_gradients(const NamedTensors& parameters, int step) {
  for (const auto& [name, p] : parameters)
    if (name != "unused")
      p.mutable_grad() =
          random_tensor(p.sizes().vec(), name + std::to_string(step)).to(p.options());
}

// Every entry with options under which all of its state is in use.
struct Holder {
  Pick<OptimizerEntry> optimizer;
};
void describe(Fields& f, Holder& h) { f("optimizer", h.optimizer, "The optimiser."); }

std::unique_ptr<Optimizer> make(const std::string& name, const NamedTensors& parameters,
                                std::vector<std::pair<std::string, Node>> more = {}) {
  Node options(Node::Map{}), section(Node::Map{});
  options.set("name", Node(name));
  options.set("weight_decay", Node(0.1));
  if (name == "sgd") options.set("momentum", Node(0.9));
  if (name.starts_with("adam")) options.set("amsgrad", Node(true));
  for (auto& [key, value] : more) options.set(key, value);
  section.set("optimizer", options);
  return bind<Holder>(section).optimizer.make(parameters);
}

class EveryOptimizer : public ::testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Table, EveryOptimizer, ::testing::ValuesIn(names_of<OptimizerEntry>()));

TEST_P(EveryOptimizer, MinimisesASquare) {
  NamedTensors parameters = parameters_of();
  const auto optimizer = make(GetParam(), parameters, {{"weight_decay", Node(0.0)}});
  const double before = parameters[0].second.detach().abs().mean().item<double>();
  for (int i = 0; i < 200; ++i) {
    optimizer->zero_grad();
    parameters[0].second.square().sum().backward();
    optimizer->step(0.01);
  }
  EXPECT_LT(parameters[0].second.detach().abs().mean().item<double>(), 0.1 * before);
}

TEST_P(EveryOptimizer, LeavesParametersWithoutGradientAlone) {
  NamedTensors parameters = parameters_of();
  const at::Tensor before = parameters[2].second.detach().clone();
  const auto optimizer = make(GetParam(), parameters);
  set_gradients(parameters, 0);
  optimizer->step(0.1);
  EXPECT_TRUE(at::equal(parameters[2].second.detach(), before));
  optimizer->zero_grad();
  EXPECT_FALSE(parameters[0].second.grad().defined());
}

TEST_P(EveryOptimizer, GoesOnFromSavedStateWithTheSameBits) {
  NamedTensors whole = parameters_of(), parts = parameters_of();
  const auto uninterrupted = make(GetParam(), whole);
  auto first = make(GetParam(), parts);
  std::unique_ptr<Optimizer> second;
  for (int i = 0; i < 6; ++i) {
    if (i == 3) {
      second = make(GetParam(), parts);
      NamedTensors copy;
      for (const auto& [name, tensor] : first->state()) copy.emplace_back(name, tensor.clone());
      EXPECT_FALSE(copy.empty());
      second->load_state(copy);
      first = std::move(second);
    }
    set_gradients(whole, i);
    set_gradients(parts, i);
    uninterrupted->step(0.01);
    first->step(0.01);
  }
  for (std::size_t i = 0; i < whole.size(); ++i)
    EXPECT_TRUE(at::equal(whole[i].second, parts[i].second)) << whole[i].first;
}

TEST_P(EveryOptimizer, RefusesStateOfAnotherNetworkOrOptimiser) {
  NamedTensors parameters = parameters_of();
  const auto optimizer = make(GetParam(), parameters);
  set_gradients(parameters, 0);
  optimizer->step(0.1);
  NamedTensors state = optimizer->state();
  const auto fault = [&](NamedTensors changed) {
    try {
      make(GetParam(), parameters)->load_state(changed);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::bad_data);
      return std::string(e.what());
    }
    return std::string();
  };
  EXPECT_EQ(fault(state), "");
  NamedTensors shape = state, name = state, kind = state;
  shape[0].second = at::zeros({5});
  name.emplace_back("step/head.bias", at::zeros({}, at::kLong));
  kind.emplace_back("other/conv.bias", at::zeros({40}));
  EXPECT_NE(fault(shape).find("conv.weight"), std::string::npos);
  EXPECT_NE(fault(name).find("head.bias"), std::string::npos);
  EXPECT_NE(fault(kind).find("another optimiser"), std::string::npos);
}

TEST_P(EveryOptimizer, DoesNotDependOnThreadsOrMemoryLayout) {
  const auto run = [&](int threads, bool channels_last) {
    const int before = at::get_num_threads();
    at::set_num_threads(threads);
    NamedTensors parameters = parameters_of();
    const auto optimizer = make(GetParam(), parameters);
    for (int i = 0; i < 4; ++i) {
      at::Tensor& weight = parameters[0].second;
      if (i == 2 && channels_last)
        weight.set_data(weight.detach().contiguous(at::MemoryFormat::ChannelsLast));
      set_gradients(parameters, i);
      optimizer->step(0.01);
    }
    at::set_num_threads(before);
    return parameters[0].second.detach().contiguous();
  };
  const at::Tensor one = run(1, false);
  EXPECT_TRUE(at::equal(one, run(2, false)));
  EXPECT_TRUE(at::equal(one, run(2, true)));
}

// The path for other devices and number formats is ATen's; bfloat16 takes it on the CPU.
TEST_P(EveryOptimizer, KernelAgreesWithTheAtenForm) {
  NamedTensors exact = parameters_of(), rough = parameters_of();
  for (auto& [name, p] : rough) p = p.detach().to(at::kBFloat16).requires_grad_(true);
  const auto a = make(GetParam(), exact), b = make(GetParam(), rough);
  for (int i = 0; i < 3; ++i) {
    set_gradients(exact, i);
    set_gradients(rough, i);
    a->step(0.02);
    b->step(0.02);
  }
  const at::Tensor difference =
      (exact[0].second.detach() - rough[0].second.detach().to(at::kFloat)).abs();
  EXPECT_LT(difference.mean().item<double>(), 5e-3);
}

TEST_P(EveryOptimizer, SparesNormsAndBiasesWhenAsked) {
  NamedTensors parameters = parameters_of();
  const auto optimizer = make(GetParam(), parameters, {{"decay_norm_and_bias", Node(false)}});
  const at::Tensor weight = parameters[0].second.detach().clone(),
                   bias = parameters[1].second.detach().clone();
  for (const auto& [name, p] : parameters) p.mutable_grad() = at::zeros_like(p);
  optimizer->step(0.1);
  EXPECT_TRUE(at::equal(parameters[1].second.detach(), bias));
  EXPECT_FALSE(at::equal(parameters[0].second.detach(), weight));
}

TEST(AdamW, FirstStepByHand) {
  // After one step the moments are the gradient's, so the step is lr * sign(g); decay is lr * wd *
  // p.
  const at::Tensor p = at::tensor({2.0, -1.0}, at::kDouble).view({2, 1}).requires_grad_(true);
  p.mutable_grad() = at::tensor({0.5, -3.0}, at::kDouble).view({2, 1});
  make("adamw", {{"p", p}}, {{"weight_decay", Node(0.5)}, {"eps", Node(0.0)}})->step(0.1);
  EXPECT_NEAR(p[0][0].item<double>(), 2 * (1 - 0.05) - 0.1, 1e-12);
  EXPECT_NEAR(p[1][0].item<double>(), -1 * (1 - 0.05) + 0.1, 1e-12);
}

TEST(Sgd, RefusesNesterovWithoutMomentum) {
  EXPECT_THROW(make("sgd", parameters_of(), {{"momentum", Node(0.0)}, {"nesterov", Node(true)}}),
               Error);
}

TEST(ClipGradients, ScalesOnlyWhatIsTooLong) {
  NamedTensors p{{"a", at::zeros({2}).requires_grad_(true)},
                 {"b", at::zeros({1}).requires_grad_(true)},
                 {"c", at::zeros({1}).requires_grad_(true)}};
  const auto set = [&] {
    p[0].second.mutable_grad() = at::tensor({3.0F, 0.0F});
    p[1].second.mutable_grad() = at::tensor({4.0F});
  };
  set();
  EXPECT_DOUBLE_EQ(clip_gradients(p, 10).item<double>(), 5);
  EXPECT_EQ(p[1].second.grad().item<float>(), 4.0F);
  EXPECT_DOUBLE_EQ(clip_gradients(p, 1).item<double>(), 5);
  EXPECT_NEAR(p[0].second.grad()[0].item<double>(), 0.6, 1e-6);
  EXPECT_NEAR(p[1].second.grad().item<double>(), 0.8, 1e-6);
  p[0].second.mutable_grad()[0] = std::numeric_limits<float>::infinity();
  EXPECT_TRUE(std::isinf(clip_gradients(p, 1).item<double>()));
}

TEST(ClipGradients, NormDoesNotDependOnThreads) {
  NamedTensors p{{"a", at::zeros({100003}).requires_grad_(true)}};
  p[0].second.mutable_grad() = random_tensor({100003}, "g");
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = clip_gradients(p, 1e9).item<double>();
  at::set_num_threads(2);
  EXPECT_EQ(clip_gradients(p, 1e9).item<double>(), one);
  at::set_num_threads(before);
  EXPECT_NEAR(one, p[0].second.grad().to(at::kDouble).norm().item<double>(), 1e-9);
}

}  // namespace
}  // namespace myoseg
