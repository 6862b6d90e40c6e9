// The table of schedules, and those whose rate is a function of the step alone: options with
// `rate(base, step, total)`.
#include "train/schedules/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "train/schedules/timed.h"

namespace myoseg {
namespace {

struct Constant : Timing {
  static double rate(double base, double, double) { return base; }
};
void describe(Fields& f, Constant& o) { describe_timing(f, o); }

// From the base rate down to `min_lr`.
struct Falling : Timing {
  double min_lr = 0;

 protected:
  // `left`: the part of the way that is left, 1 at first.
  [[nodiscard]] double between(double base, double left) const {
    return min_lr + (base - min_lr) * left;
  }
};
double half_cosine(double waves) { return 0.5 * (1 + std::cos(std::numbers::pi * waves)); }

struct Cosine : Falling {
  double half_waves = 1;
  [[nodiscard]] double rate(double base, double step, double total) const {
    return between(base, half_cosine(half_waves * step / total));
  }
};
void describe(Fields& f, Cosine& o) {
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end.");
  f("half_waves", o.half_waves, kPositive, "Half cosine waves between the warm-up and the end.");
  describe_timing(f, o);
}

struct CosineRestarts : Falling {
  int period = 10;
  int growth = 1;
  [[nodiscard]] double rate(double base, double step, double) const {
    double length = period;
    for (; step >= length; length *= growth) step -= length;
    return between(base, half_cosine(step / length));
  }
};
void describe(Fields& f, CosineRestarts& o) {
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end of each period.");
  f("period", o.period, at_least(1), "Length of the first period.");
  f("growth", o.growth, at_least(1), "Each period is this many times as long as the one before.");
  describe_timing(f, o);
}

struct Poly : Falling {
  double power = 0.9;
  [[nodiscard]] double rate(double base, double step, double total) const {
    return between(base, std::pow(std::max(0.0, 1 - step / total), power));
  }
};
void describe(Fields& f, Poly& o) {
  f("power", o.power, kPositive, "Exponent of the remaining share of the training.");
  f("min_lr", o.min_lr, kNonNegative, "Learning rate at the end.");
  describe_timing(f, o);
}

struct Step : Timing {
  int every = 30;
  double factor = 0.1;
  [[nodiscard]] double rate(double base, double step, double) const {
    return base * std::pow(factor, std::floor(step / every));
  }
};
void describe(Fields& f, Step& o) {
  f("every", o.every, at_least(1), "Epochs or steps between reductions.");
  f("factor", o.factor, kPositive, "What each reduction multiplies the rate by.");
  describe_timing(f, o);
}

struct MultiStep : Timing {
  std::vector<int> at;
  double factor = 0.1;
  [[nodiscard]] double rate(double base, double step, double) const {
    const auto passed = std::count_if(at.begin(), at.end(), [&](int time) { return time <= step; });
    return base * std::pow(factor, static_cast<double>(passed));
  }
};
void describe(Fields& f, MultiStep& o) {
  f("at", o.at, kNonNegative, "Epochs or steps at which the rate is reduced.");
  f("factor", o.factor, kPositive, "What each reduction multiplies the rate by.");
  describe_timing(f, o);
}

struct Exponential : Timing {
  double factor = 0.95;
  [[nodiscard]] double rate(double base, double step, double) const {
    return base * std::pow(factor, step);
  }
};
void describe(Fields& f, Exponential& o) {
  f("factor", o.factor, kPositive, "What each epoch or step multiplies the rate by.");
  describe_timing(f, o);
}

template <class Options>
std::unique_ptr<Schedule> make(const Options& o, const ScheduleIo& io) {
  return timed_schedule(io, o, [o, base = io.base_rate](double step, double total) {
    return o.rate(base, step, total);
  });
}
template <class Options>
constexpr ScheduleEntry timed(std::string_view name, std::string_view summary) {
  return entry<ScheduleEntry, Options, make<Options>>(name, summary);
}

const ScheduleEntry kConstant =
    timed<Constant>("constant", "The optimiser's learning rate throughout.");
const ScheduleEntry kCosine =
    timed<Cosine>("cosine", "Falls along half a cosine wave (Loshchilov and Hutter, 2017).");
const ScheduleEntry kCosineRestarts = timed<CosineRestarts>(
    "cosine_restarts", "Cosine that starts again after each period (Loshchilov and Hutter, 2017).");
const ScheduleEntry kPoly = timed<Poly>(
    "poly", "Falls with a power of the remaining share of the training (nnU-Net: 0.9).");
const ScheduleEntry kStep = timed<Step>("step", "Reduced at even intervals.");
const ScheduleEntry kMultiStep = timed<MultiStep>("multi_step", "Reduced at given times.");
const ScheduleEntry kExponential = timed<Exponential>("exponential", "Reduced every time.");

}  // namespace

extern const ScheduleEntry kPlateau;

std::span<const ScheduleEntry* const> table(const ScheduleEntry*) {
  static const ScheduleEntry* const entries[] = {&kConstant,       &kPlateau,    &kCosine,
                                                 &kCosineRestarts, &kPoly,       &kStep,
                                                 &kMultiStep,      &kExponential};
  return entries;
}

}  // namespace myoseg
