// Parameters after each step against PyTorch's optimisers.
#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <optional>

#include "core/fields/pick.h"
#include "tests/train/schedules/reference_schedule.h"
#include "train/optimizers/optimizer.h"

namespace myoseg {
namespace {

using testing::Json;

struct Holder {
  Pick<OptimizerEntry> optimizer;
};
void describe(Fields& f, Holder& h) { f("optimizer", h.optimizer, "The optimiser."); }

// What PyTorch calls otherwise, or has as a switch for how it computes.
std::optional<std::string> plan(const Json& c, Node& options) {
  const auto name = c.at("optimizer").get<std::string>();
  if (name == "torch.optim.AdamW") options.set("name", Node("adamw"));
  if (name == "torch.optim.Adam") options.set("name", Node("adam"));
  if (name == "torch.optim.SGD") options.set("name", Node("sgd"));
  if (options.find("name") == nullptr) return "no such optimiser here";
  options.set("lr", Node(testing::number(c.at("lr"))));
  const bool adam = name != "torch.optim.SGD";
  for (const auto& [key, value] : c.at("kwargs").items()) {
    if (key == "foreach" || key == "fused" || key == "capturable" || key == "differentiable")
      continue;
    if (key == "betas" && adam)
      options.set(
          key, Node(Node::List{Node(value.at(0).get<double>()), Node(value.at(1).get<double>())}));
    else if (value.is_boolean() && (key == "nesterov" || key == "amsgrad"))
      options.set(key, Node(value.get<bool>()));
    else if (key == "weight_decay" || (adam && key == "eps") ||
             (!adam && (key == "momentum" || key == "dampening")))
      options.set(key, Node(value.get<double>()));
    else
      return "argument " + key;
  }
  return {};
}

at::Tensor formula_tensor(const std::string& seed, const std::vector<std::int64_t>& shape,
                          at::ScalarType type) {
  std::size_t n = 1;
  for (const auto s : shape) n *= static_cast<std::size_t>(s);
  auto values = testing::formula_values(seed, n);
  return at::from_blob(values.data(), shape, at::kFloat).to(type).clone();
}

void run(const Json& c, const Node& options, Schedule& schedule, at::ScalarType type) {
  const bool f64 = type == at::kDouble;
  const Json& init = c.at("param_init");
  const auto shape = init.at("shape").get<std::vector<std::int64_t>>();
  const auto parameter = formula_tensor(init.at("seed_string"), shape, type).requires_grad_(true);
  Node section(Node::Map{});
  section.set("optimizer", options);
  const NamedTensors parameters{{"p", parameter}};
  const auto optimizer = bind<Holder>(section).optimizer.make(parameters);
  std::string seed = c.at("gradients").at("seed_string_at_step_t");
  seed = seed.substr(0, seed.find("<t>"));

  const Json& steps = c.at(f64 ? "param_after_step_f64" : "param_after_step");
  for (std::size_t t = 0; t < steps.size(); ++t) {
    parameter.mutable_grad() = formula_tensor(seed + std::to_string(t), shape, type);
    if (c.contains("clip_grad_norm")) {
      const auto norm =
          clip_gradients(parameters, testing::number(c.at("clip_grad_norm"))).item<double>();
      if (f64 && c.contains("grad_norm_before_clip_f64")) {
        EXPECT_NEAR(norm, testing::number(c.at("grad_norm_before_clip_f64").at(t)), 1e-12);
      }
    }
    optimizer->step(schedule.rate());
    schedule.advance(0);
    const at::Tensor flat = parameter.detach().flatten();
    for (std::int64_t i = 0; i < flat.numel(); ++i)
      EXPECT_NEAR(flat[i].item<double>(), testing::number(steps[t].at(static_cast<std::size_t>(i))),
                  f64 ? 1e-11 : 1e-6)
          << "step " << t << " element " << i;
  }
}

TEST(GoldenOptimizers, ParametersAfterEachStep) {
  testing::Tally tally("optimizer_steps");
  for (const Json& record : testing::golden_records("schedules", "optimizer_steps"))
    for (const Json& c : record.at("cases")) {
      const std::string name = c.at("optimizer").get<std::string>() + c.at("kwargs").dump();
      SCOPED_TRACE(name);
      Node options(Node::Map{});
      std::optional<std::string> reason = plan(c, options);
      for (const auto type : {at::kDouble, at::kFloat}) {
        if (reason) break;
        const Json scheduler = c.contains("scheduler_after_each_step")
                                   ? c.at("scheduler_after_each_step")
                                   : Json::array({"ExponentialLR", Json{{"gamma", 1.0}}});
        const auto reference = testing::reference_schedule(scheduler.at(0), scheduler.at(1),
                                                           testing::number(c.at("lr")));
        if (reference.schedule == nullptr)
          reason = reference.reason;
        else
          run(c, options, *reference.schedule, type);
      }
      if (reason)
        tally.cannot_run(name, *reason);
      else
        tally.ran();
    }
}

}  // namespace
}  // namespace myoseg
