// What memory the prediction of a scan takes, known before it begins.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "data/prepare/sampling.h"
#include "eval/predict/window_blend.h"
#include "eval/predict/windows.h"

namespace myoseg {

struct PredictionSize {
  const WindowGrid& grid;
  const Strips& strips;
  const Sampling& sampling;
  std::int64_t image_channels = 1;
  std::int64_t averaged_channels = 2;
  std::int64_t classes = 2;
  std::int64_t windows = 1;  // at once
  bool on_cpu = true;        // else networks and sums have memory of their own
};
// An estimate of what the scan's planes, the networks' activations, the sums of these rows and the
// label map take beside the scan.
[[nodiscard]] std::int64_t prediction_bytes(const PredictionSize& size, const WindowRows& rows);

// The rows in the fewest groups that fit `memory_gb` together with what the process holds already,
// or else what the machine has left. Error(failed) with the numbers when none do.
[[nodiscard]] std::vector<WindowRows> groups_in_memory(const PredictionSize& size,
                                                       std::optional<double> memory_gb);

}  // namespace myoseg
