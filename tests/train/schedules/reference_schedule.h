// PyTorch's and MONAI's schedulers in our terms, for the golden runners.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "tests/testing/golden.h"
#include "train/schedules/schedule.h"

namespace myoseg::testing {

// The schedule that the reference class with these arguments is here. An absent one comes with the
// reason.
struct ReferenceSchedule {
  std::unique_ptr<Schedule> schedule;
  std::string reason;
};
ReferenceSchedule reference_schedule(const std::string& scheduler, const Json& kwargs,
                                     double base_rate);

}  // namespace myoseg::testing
