// The table of schedules, and those whose rate is a function of the step alone.
#include "train/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/schedule_timed.h"

namespace myoseg {
namespace {

struct ConstantOptions : Timing {};
void describe(Fields& f, ConstantOptions& o) { describe_timing(f, o); }
std::unique_ptr<Schedule> make_constant(const ConstantOptions& o, const ScheduleIo& io) {
  return timed_schedule(io, o, [base = io.base_rate](double, double) { return base; });
}

struct FallingOptions : Timing {
  double min_lr = 0;
};
// From the base rate down to `min_lr`: `left(step, total)` of the way is left, 1 at first.
template <class Left>
std::unique_ptr<Schedule> falling(const ScheduleIo& io, const FallingOptions& o, Left left) {
  const auto rate = [low = o.min_lr, base = io.base_rate, left](double step, double total) {
    return low + (base - low) * left(step, total);
  };
  return timed_schedule(io, o, rate);
}
double half_cosine(double angle) { return 0.5 * (1 + std::cos(angle)); }

struct CosineOptions : FallingOptions {
  double half_waves = 1;
};
void describe(Fields& f, CosineOptions& o) {
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end.");
  f("half_waves", o.half_waves, kPositive, "Half cosine waves between the warm-up and the end.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_cosine(const CosineOptions& o, const ScheduleIo& io) {
  return falling(io, o, [waves = o.half_waves](double step, double total) {
    return half_cosine(std::numbers::pi * waves * step / total);
  });
}

struct CosineRestartsOptions : FallingOptions {
  int period = 10;
  int growth = 1;
};
void describe(Fields& f, CosineRestartsOptions& o) {
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end of each period.");
  f("period", o.period, at_least(1), "Length of the first period.");
  f("growth", o.growth, at_least(1), "Each period is this many times as long as the one before.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_cosine_restarts(const CosineRestartsOptions& o,
                                               const ScheduleIo& io) {
  return falling(io, o, [first = o.period, growth = o.growth](double step, double) {
    double period = first;
    while (step >= period) {
      step -= period;
      period *= growth;
    }
    return half_cosine(std::numbers::pi * step / period);
  });
}

struct PolyOptions : FallingOptions {
  double power = 0.9;
};
void describe(Fields& f, PolyOptions& o) {
  f("power", o.power, kPositive, "Exponent of the remaining share of the training.");
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_poly(const PolyOptions& o, const ScheduleIo& io) {
  return falling(io, o, [power = o.power](double step, double total) {
    return std::pow(std::max(0.0, 1 - step / total), power);
  });
}

struct StepOptions : Timing {
  int every = 30;
  double factor = 0.1;
};
void describe(Fields& f, StepOptions& o) {
  f("every", o.every, at_least(1), "Epochs or steps between reductions.");
  f("factor", o.factor, kPositive, "What each reduction multiplies the rate by.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_step(const StepOptions& o, const ScheduleIo& io) {
  return timed_schedule(io, o, [o, base = io.base_rate](double step, double) {
    return base * std::pow(o.factor, std::floor(step / o.every));
  });
}

struct MultiStepOptions : Timing {
  std::vector<int> at;
  double factor = 0.1;
};
void describe(Fields& f, MultiStepOptions& o) {
  f("at", o.at, kNonNegative, "Epochs or steps at which the rate is reduced.");
  f("factor", o.factor, kPositive, "What each reduction multiplies the rate by.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_multi_step(const MultiStepOptions& o, const ScheduleIo& io) {
  return timed_schedule(io, o, [o, base = io.base_rate](double step, double) {
    const auto passed = std::count_if(o.at.begin(), o.at.end(), [&](int at) { return at <= step; });
    return base * std::pow(o.factor, static_cast<double>(passed));
  });
}

struct ExponentialOptions : Timing {
  double factor = 0.95;
};
void describe(Fields& f, ExponentialOptions& o) {
  f("factor", o.factor, kPositive, "What each epoch or step multiplies the rate by.");
  describe_timing(f, o);
}
std::unique_ptr<Schedule> make_exponential(const ExponentialOptions& o, const ScheduleIo& io) {
  return timed_schedule(io, o, [o, base = io.base_rate](double step, double) {
    return base * std::pow(o.factor, step);
  });
}

const ScheduleEntry kConstant = entry<ScheduleEntry, ConstantOptions, make_constant>(
    "constant", "The optimiser's learning rate throughout.");
const ScheduleEntry kCosine = entry<ScheduleEntry, CosineOptions, make_cosine>(
    "cosine", "Falls along half a cosine wave (Loshchilov and Hutter, 2017).");
const ScheduleEntry kCosineRestarts =
    entry<ScheduleEntry, CosineRestartsOptions, make_cosine_restarts>(
        "cosine_restarts",
        "Cosine that starts again after each period (Loshchilov and Hutter, 2017).");
const ScheduleEntry kPoly = entry<ScheduleEntry, PolyOptions, make_poly>(
    "poly", "Falls with a power of the remaining share of the training (nnU-Net: 0.9).");
const ScheduleEntry kStep =
    entry<ScheduleEntry, StepOptions, make_step>("step", "Reduced at even intervals.");
const ScheduleEntry kMultiStep = entry<ScheduleEntry, MultiStepOptions, make_multi_step>(
    "multi_step", "Reduced at given times.");
const ScheduleEntry kExponential = entry<ScheduleEntry, ExponentialOptions, make_exponential>(
    "exponential", "Reduced every time.");

}  // namespace

extern const ScheduleEntry kPlateau;

std::span<const ScheduleEntry* const> table(const ScheduleEntry*) {
  static const ScheduleEntry* const entries[] = {&kConstant,       &kPlateau,    &kCosine,
                                                 &kCosineRestarts, &kPoly,       &kStep,
                                                 &kMultiStep,      &kExponential};
  return entries;
}

}  // namespace myoseg
