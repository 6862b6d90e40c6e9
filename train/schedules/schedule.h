// How the learning rate moves: a factor of the optimiser's base rate for each epoch.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/fields/pick.h"

namespace myoseg {

// Steps are epochs, or optimiser steps for schedules whose option `per: step` says so
// (Schedule::per_step).
class Schedule {
 public:
  virtual ~Schedule() = default;
  [[nodiscard]] virtual double rate() const = 0;  // learning rate in effect now
  // One step further, with the score of this step (higher is better) when one was made: it alone
  // moves plateau.
  virtual void advance(std::optional<double> new_score) = 0;
  [[nodiscard]] virtual bool per_step() const { return false; }
  [[nodiscard]] virtual std::vector<std::pair<std::string, double>> state() const = 0;
  virtual void load_state(const std::vector<std::pair<std::string, double>>& state) = 0;
};

struct ScheduleIo {
  double base_rate = 1e-3;
  std::int64_t total_steps = 1;  // epochs, or optimiser steps when per_step
};
using ScheduleEntry = Entry<std::unique_ptr<Schedule>(const ScheduleIo&)>;
std::span<const ScheduleEntry* const> table(const ScheduleEntry*);  // train/schedules/schedule.cpp

}  // namespace myoseg
