// Schedules whose rate is a function of the step alone.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "train/schedules/schedule.h"

namespace myoseg {

enum class TimeUnit { epoch, step };
constexpr auto choice_names(TimeUnit) { return std::to_array<std::string_view>({"epoch", "step"}); }

// What every such schedule has: its unit of time, and a warm-up during which the rate rises in a
// straight line from `warmup_start` times the rate that comes after it.
struct Timing {
  TimeUnit per = TimeUnit::epoch;
  int warmup = 0;
  double warmup_start = 0.01;
};
void describe_timing(Fields& f, Timing& o);

// `rate(step, total)`: learning rate `step` steps after the warm-up, of `total` from there to the
// end.
[[nodiscard]] std::unique_ptr<Schedule> timed_schedule(
    const ScheduleIo& io, const Timing& timing,
    std::function<double(double step, double total)> rate);

// The one value of a schedule's saved state with that name; Error(bad_data) when it is missing.
[[nodiscard]] double state_value(const std::vector<std::pair<std::string, double>>& state,
                                 const std::string& name);

}  // namespace myoseg
