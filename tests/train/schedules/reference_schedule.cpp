#include "tests/train/schedules/reference_schedule.h"

#include "core/fields/pick.h"
#include "tests/testing/arguments.h"

namespace myoseg::testing {
namespace {

struct Holder {
  Pick<ScheduleEntry> schedule;
};
void describe(Fields& f, Holder& h) { f("schedule", h.schedule, "The schedule."); }

struct Plan {
  Node options = Node(Node::Map{});
  std::int64_t total = 1;
  double base_factor = 1;
  std::string reason;
};

void plan_plateau(Arguments& a, Plan& plan) {
  Node& o = plan.options;
  o.set("name", Node("plateau"));
  o.set("mode", Node(a.take("mode", "min").get<std::string>()));
  o.set("factor", Node(a.number("factor", 0.1)));
  o.set("patience", Node(a.whole("patience", 10)));
  o.set("threshold", Node(a.number("threshold", 1e-4)));
  o.set("threshold_mode", Node(a.take("threshold_mode", "rel").get<std::string>()));
  o.set("cooldown", Node(a.whole("cooldown", 0)));
  const Json min_lr = a.take("min_lr", 0.0);
  o.set("min_lr", Node((min_lr.is_array() ? min_lr.at(0) : min_lr).get<double>()));
  o.set("eps", Node(a.number("eps", 1e-8)));
}

void plan_sequence(Arguments& a, Plan& plan) {
  Arguments linear(a.take("linear", Json::object())), cosine(a.take("cosine", Json::object()));
  const Json milestones = a.take("milestones", Json::array());
  const std::int64_t warmup = linear.whole("total_iters", 5);
  Node& o = plan.options;
  o.set("name", Node("cosine"));
  o.set("warmup", Node(warmup));
  o.set("warmup_start", Node(linear.number("start_factor", 1.0 / 3)));
  o.set("min_lr", Node(cosine.number("eta_min", 0.0)));
  plan.total = warmup + cosine.whole("T_max", 1);
  if (linear.number("end_factor", 1.0) != 1)
    plan.reason = "a warm-up that ends elsewhere than at the base rate";
  if (milestones != Json::array({warmup}))
    plan.reason = "a change before or after the end of the warm-up";
  if (!linear.left().empty() || !cosine.left().empty())
    plan.reason = "arguments " + linear.left() + " " + cosine.left();
}

void plan_monai_cosine(Arguments& a, Plan& plan) {
  Node& o = plan.options;
  o.set("name", Node("cosine"));
  o.set("warmup", Node(a.whole("warmup_steps", 0)));
  o.set("warmup_start", Node(a.number("warmup_multiplier", 0)));
  o.set("half_waves", Node(2 * a.number("cycles", 0.5)));
  plan.total = a.whole("t_total", 1);
  if (a.number("end_lr", 0) != 0) plan.reason = "a rate that is cut off instead of approached";
}

Plan plan_of(const std::string& scheduler, Arguments& a) {
  Plan plan;
  Node& o = plan.options;
  if (scheduler == "ReduceLROnPlateau") {
    plan_plateau(a, plan);
  } else if (scheduler == "SequentialLR(LinearLR, CosineAnnealingLR)") {
    plan_sequence(a, plan);
  } else if (scheduler == "monai.optimizers.WarmupCosineSchedule") {
    plan_monai_cosine(a, plan);
  } else if (scheduler == "CosineAnnealingLR") {
    o.set("name", Node("cosine"));
    o.set("min_lr", Node(a.number("eta_min", 0)));
    plan.total = a.whole("T_max", 1);
  } else if (scheduler == "CosineAnnealingWarmRestarts") {
    o.set("name", Node("cosine_restarts"));
    o.set("period", Node(a.whole("T_0", 1)));
    o.set("growth", Node(a.whole("T_mult", 1)));
    o.set("min_lr", Node(a.number("eta_min", 0)));
  } else if (scheduler == "LinearLR") {
    o.set("name", Node("constant"));
    o.set("warmup", Node(a.whole("total_iters", 5)));
    const double end = a.number("end_factor", 1);
    o.set("warmup_start", Node(a.number("start_factor", 1.0 / 3) / end));
    plan.base_factor = end;
  } else if (scheduler == "PolynomialLR") {
    o.set("name", Node("poly"));
    o.set("power", Node(a.number("power", 1)));
    plan.total = a.whole("total_iters", 5);
  } else if (scheduler == "LambdaLR lambda e: (1 - e/total)^power") {
    o.set("name", Node("poly"));
    o.set("power", Node(a.number("power", 1)));
    plan.total = a.whole("total", 1);
  } else if (scheduler == "StepLR") {
    o.set("name", Node("step"));
    o.set("every", Node(a.whole("step_size", 1)));
    o.set("factor", Node(a.number("gamma", 0.1)));
  } else if (scheduler == "MultiStepLR") {
    o.set("name", Node("multi_step"));
    Node::List at;
    for (const Json& milestone : a.take("milestones", Json::array()))
      at.emplace_back(milestone.get<std::int64_t>());
    o.set("at", Node(std::move(at)));
    o.set("factor", Node(a.number("gamma", 0.1)));
  } else if (scheduler == "ExponentialLR") {
    o.set("name", Node("exponential"));
    o.set("factor", Node(a.number("gamma", 0.95)));
  } else if (scheduler == "ConstantLR") {
    // Its first rate until `total_iters`, then the base rate.
    const double factor = a.number("factor", 1.0 / 3);
    o.set("name", Node("multi_step"));
    o.set("at", Node(Node::List{Node(a.whole("total_iters", 5))}));
    o.set("factor", Node(1 / factor));
    plan.base_factor = factor;
  } else {
    plan.reason = "no such schedule here";
  }
  if (plan.reason.empty() && !a.left().empty()) plan.reason = "arguments " + a.left();
  return plan;
}

}  // namespace

ReferenceSchedule reference_schedule(const std::string& scheduler, const Json& kwargs,
                                     double base_rate) {
  Arguments arguments(kwargs);
  const Plan plan = plan_of(scheduler, arguments);
  if (!plan.reason.empty()) return {nullptr, plan.reason};
  Node section(Node::Map{});
  section.set("schedule", plan.options);
  return {bind<Holder>(section).schedule.make(ScheduleIo{base_rate * plan.base_factor, plan.total}),
          ""};
}

}  // namespace myoseg::testing
