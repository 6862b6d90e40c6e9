// What the numbers of other libraries are in our terms: which metric, under which empty rule.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "eval/measure/metrics.h"

namespace myoseg::testing {

// What a library's number is in our terms.
struct Reading {
  std::function<double(const Comparison&)> value;
  bool voxel_units = false;
  bool surface = false;
};

// The reading of `name` in `library`, or nothing when we have no metric of that definition.
[[nodiscard]] std::optional<Reading> reading(const std::string& library, std::string name);
// The reading of one entry of a list that follows the record's tolerances.
[[nodiscard]] std::optional<Reading> reading_at(const std::string& name, double mm);

}  // namespace myoseg::testing
