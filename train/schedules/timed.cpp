#include "train/schedules/timed.h"

#include <algorithm>

#include "core/error.h"

namespace myoseg {
namespace {

class TimedSchedule final : public Schedule {
 public:
  TimedSchedule(const ScheduleIo& io, Timing timing, std::function<double(double, double)> rate)
      : total_(std::max<double>(1, static_cast<double>(io.total_steps) - timing.warmup)),
        timing_(std::move(timing)),
        rate_(std::move(rate)) {}

  [[nodiscard]] double rate() const override {
    const auto step = static_cast<double>(step_);
    if (step_ >= timing_.warmup) return rate_(step - timing_.warmup, total_);
    const double way = step / timing_.warmup;
    return rate_(0, total_) * (timing_.warmup_start + (1 - timing_.warmup_start) * way);
  }
  void advance(std::optional<double>) override { ++step_; }
  [[nodiscard]] bool per_step() const override { return timing_.per == TimeUnit::step; }
  [[nodiscard]] std::vector<std::pair<std::string, double>> state() const override {
    return {{"step", static_cast<double>(step_)}};
  }
  void load_state(const std::vector<std::pair<std::string, double>>& state) override {
    step_ = static_cast<std::int64_t>(state_value(state, "step"));
  }

 private:
  double total_;
  Timing timing_;
  std::function<double(double, double)> rate_;
  std::int64_t step_ = 0;
};

}  // namespace

void describe_timing(Fields& f, Timing& o) {
  f("per", o.per, "Whether time is counted in epochs or optimiser steps.");
  f("warmup", o.warmup, kNonNegative,
    "Epochs or steps during which the rate rises in a straight line.");
  f("warmup_start", o.warmup_start, kFraction,
    "Where the warm-up starts, as a part of the rate after it.");
}

std::unique_ptr<Schedule> timed_schedule(const ScheduleIo& io, const Timing& timing,
                                         std::function<double(double step, double total)> rate) {
  return std::make_unique<TimedSchedule>(io, timing, std::move(rate));
}

double state_value(const std::vector<std::pair<std::string, double>>& state,
                   const std::string& name) {
  for (const auto& [known, value] : state)
    if (known == name) return value;
  throw data_error(
      "the saved state has no '{}' of the learning-rate schedule: it is of another schedule", name);
}

}  // namespace myoseg
