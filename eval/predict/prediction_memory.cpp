#include "eval/predict/prediction_memory.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/log.h"
#include "core/memory.h"
#include "core/threads.h"
#include "eval/predict/row_groups.h"

namespace myoseg {
namespace {

constexpr double kGb = 1e9;
constexpr std::int64_t kFloat = 4;  // bytes

// Activations of a network, in tensors as large as the window's scores: those that live at once at
// full size in the networks here.
constexpr std::int64_t kTensors = 5;
constexpr std::int64_t kOfAir = 1;  // window's scores that are kept

std::int64_t network_values(const PredictionSize& size) {
  const auto& [z, y, x] = size.grid.window;
  const std::int64_t scores = std::max(size.averaged_channels, size.classes);
  return z * y * x *
         (size.windows * (size.image_channels + kTensors * scores) +
          kOfAir * size.averaged_channels);
}

std::int64_t input_values(const PredictionSize& size) {
  const auto& [z, y, x] = size.grid.grown;
  return size.image_channels * y * x * std::min(z, size.grid.window[0] + WindowInput::kAtOnce);
}

// Finished planes on their way, and those that planes of the scan to come are made of.
std::int64_t output_values(const PredictionSize& size) {
  std::int64_t rows = 0;
  for (const ToNative::Rows& strip : size.strips) rows = std::max(rows, strip.end - strip.first);
  const std::int64_t plane = size.classes * rows * size.grid.volume[2];
  const double step = 1 / size.sampling.views[2].step;
  const auto taps = step == 1 ? 0 : 1 + static_cast<std::int64_t>(std::ceil(step));
  return 3 * std::max<std::int64_t>(WindowBlend::kAtOnce, thread_count() * plane) +
         taps * size.classes * size.grid.volume[1] * size.grid.volume[2];
}

std::int64_t map_bytes(const PredictionSize& size) {
  return size.sampling.native.voxels() * (size.sampling.turned.as_stored() ? 1 : 2);
}

}  // namespace

std::int64_t prediction_bytes(const PredictionSize& size, const WindowRows& rows) {
  std::int64_t values = input_values(size) + output_values(size);
  if (size.on_cpu)
    values += network_values(size) +
              (size.averaged_channels + 1) * WindowBlend::voxels(size.grid, size.strips, rows);
  return kFloat * values + map_bytes(size);
}

std::vector<WindowRows> groups_in_memory(const PredictionSize& size,
                                         std::optional<double> memory_gb) {
  const std::optional<Memory> now = memory_now();
  if (!now) return row_groups(size.grid, size.strips, 1);
  const auto allowed =
      memory_gb ? static_cast<std::int64_t>(*memory_gb * kGb) - now->in_use : now->available;
  const auto needed = [&](const WindowRows& rows) { return prediction_bytes(size, rows); };
  const std::vector<WindowRows> groups = row_groups_within(allowed, size.grid, size.strips, needed);
  std::int64_t most = 0;
  for (const WindowRows& rows : groups) most = std::max(most, needed(rows));
  if (most > allowed)
    throw failure(
        "{} x {} x {} prepared voxels of {} classes need {:.1f} GB to be predicted, beside {:.1f} "
        "GB in use, but {}; take a smaller predict.window, predict.batch_size or preprocess.size",
        size.grid.volume[2], size.grid.volume[1], size.grid.volume[0], size.classes,
        static_cast<double>(most) / kGb, static_cast<double>(now->in_use) / kGb,
        memory_gb
            ? fmt::format("predict.memory_gb allows {:g} GB in all", *memory_gb)
            : fmt::format("the machine has {:.1f} GB left", static_cast<double>(allowed) / kGb));
  if (groups.size() > 1)
    log::info("predicted in {} parts, for {:.1f} GB at once", groups.size(),
              static_cast<double>(most) / kGb);
  return groups;
}

}  // namespace myoseg
