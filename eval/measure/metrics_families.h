// The parts of the table of metrics; metrics.cpp puts them together.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "eval/measure/metrics.h"

namespace myoseg {

[[nodiscard]] std::vector<Metric> overlap_metrics();
[[nodiscard]] std::vector<Metric> volume_metrics();
// A distance or a share of the surface by its name, or nothing.
[[nodiscard]] std::optional<Metric> surface_metric(std::string_view name);
// The names that are worth listing.
[[nodiscard]] std::vector<std::string_view> surface_metric_names();

}  // namespace myoseg
