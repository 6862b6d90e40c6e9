// How whole scans are predicted.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "core/fields/fields.h"
#include "models/runtime/precision.h"

namespace myoseg {

class Network;

struct PredictOptions {
  int batch_size = 8;
  // Also predict the image mirrored left to right, and average; only when labels have no side.
  bool mirror = false;
  // x, y of slices or x, y, z of volumes; absent: see window_of().
  std::optional<std::vector<int>> window = {};
  double overlap = 0.5;                   // of neighbouring windows
  Precision precision = Precision::fp32;  // of convolutions and products
  std::optional<double> memory_gb = {};   // absent: what the machine has left
};
void describe(Fields& f, PredictOptions& o);

// The window that networks see scans in together, slowest axis first; empty: whole slices or
// volumes. Without options.window, slices are seen whole, and volumes in windows of the networks'
// fixed size, else of `patch` (x, y, z: what they were trained on), else whole. Error(bad_usage)
// when the window has not as many axes as a network or not its fixed size, or the networks would
// each have another.
[[nodiscard]] std::vector<std::int64_t> window_of(
    std::span<const std::shared_ptr<Network>> networks, const PredictOptions& options,
    const std::vector<int>& patch);

}  // namespace myoseg
