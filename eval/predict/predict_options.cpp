#include "eval/predict/predict_options.h"

#include <fmt/ranges.h>

#include "core/error.h"
#include "models/network.h"

namespace myoseg {
namespace {

std::vector<std::int64_t> window_of_one(const Network& network, const PredictOptions& options,
                                        const std::vector<int>& patch) {
  const auto axes = static_cast<std::size_t>(network.dims());
  const std::vector<std::int64_t> fixed = network.fixed_size();
  if (!options.window) {
    if (axes == 2) return {};
    if (!fixed.empty()) return fixed;
    if (!patch.empty() && patch.size() != axes)
      throw usage_error("patches of [{}] are none of a network of volumes; give predict.window",
                        fmt::join(patch, ","));
    return {patch.rbegin(), patch.rend()};
  }
  if (options.window->size() != axes)
    throw usage_error("predict.window=[{}]: a network of {} axes needs {} numbers",
                      fmt::join(*options.window, ","), axes, axes);
  std::vector<std::int64_t> window(options.window->rbegin(), options.window->rend());
  if (!fixed.empty() && window != fixed)
    throw usage_error("predict.window=[{}]: the network takes [{}] alone",
                      fmt::join(*options.window, ","),
                      fmt::join(fixed.rbegin(), fixed.rend(), ","));
  network.check_size(window, /*training=*/false);
  return window;
}

std::string text_of(const std::vector<std::int64_t>& window) {
  return window.empty() ? "whole volumes"
                        : fmt::format("[{}]", fmt::join(window.rbegin(), window.rend(), ","));
}

}  // namespace

void describe(Fields& f, PredictOptions& o) {
  f("batch_size", o.batch_size, at_least(1).without_effect(),
    "Slices, or windows of volumes, that go through the networks at once; on a CPU fewer where the "
    "windows are large.");
  f("mirror", o.mirror,
    "Average with the prediction of the left-right mirrored image; only for labels without a "
    "side.");
  f("window", o.window, at_least(1).in("voxels"),
    "Size x, y, or x, y, z for networks that see volumes, of a window that moves over the prepared "
    "scan, for networks of a fixed input size or little memory; null: whole slices, or volumes in "
    "windows of the networks' fixed size or of the patches they were trained on.");
  f("overlap", o.overlap, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of a window that the next one covers again.");
  f("precision", o.precision, kAny.added_with(Node("fp32")),
    "Number format of convolutions and products; probabilities stay fp32. fp16 needs CUDA; auto is "
    "bf16 on a GPU, else fp32.");
  f("memory_gb", o.memory_gb, kPositive.in("GB").without_effect(),
    "Memory that the program may take while it predicts a scan, by an estimate made before: where "
    "it is scarce, volumes are predicted in parts, which takes longer; null: what the machine has "
    "left.");
  f.require(!o.window || o.window->size() == 2 || o.window->size() == 3,
            "window must be two numbers (x, y) or three (x, y, z)");
}

std::vector<std::int64_t> window_of(std::span<const std::shared_ptr<Network>> networks,
                                    const PredictOptions& options, const std::vector<int>& patch) {
  std::vector<std::int64_t> window = window_of_one(*networks.front(), options, patch);
  for (const std::shared_ptr<Network>& network : networks.subspan(1))
    if (const auto other = window_of_one(*network, options, patch); other != window)
      throw usage_error(
          "one network of the ensemble sees volumes in windows of {} and another in windows of {}; "
          "give them one with predict.window, or take members of the same fixed size",
          text_of(window), text_of(other));
  return window;
}

}  // namespace myoseg
