#include "eval/predict/predictor.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/progress.h"
#include "data/prepare/scan_sampler.h"
#include "data/prepare/to_native.h"
#include "eval/predict/prediction_memory.h"
#include "eval/predict/window_sweep.h"

namespace myoseg {
namespace {

constexpr double kSigma = 0.125;  // of the windows' Gaussian, in windows

// Where strips of the volume end that are finished with a row of windows.
std::vector<std::int64_t> strip_ends(const WindowGrid& grid) {
  std::vector<std::int64_t> ends;
  for (std::size_t r = 1; r < grid.y.size(); ++r)
    ends.push_back(std::clamp<std::int64_t>(grid.y[r] - grid.before[1], 0, grid.volume[1]));
  ends.push_back(grid.volume[1]);
  return ends;
}

Strips strips_of(const ToNative& native, const WindowGrid& grid) {
  Strips strips;
  for (std::size_t r = 0; r < grid.y.size(); ++r) strips.push_back(native.rows(r));
  return strips;
}

// Scores (classes, planes, rows, X) of the next planes of a strip.
void add(ToNative& native, std::size_t strip, const at::Tensor& scores) {
  const at::Tensor s = scores.to(at::kCPU);
  native.add({s.data_ptr<float>(), s.stride(1), s.stride(0), s.stride(2), s.stride(3)}, s.size(1),
             static_cast<int>(s.size(0)), strip);
}

std::int64_t windows_in(const WindowGrid& grid, const std::vector<WindowRows>& groups) {
  std::int64_t rows = 0;
  for (const WindowRows& group : groups) rows += static_cast<std::int64_t>(group.end - group.first);
  return rows * std::ssize(grid.layers) * std::ssize(grid.x);
}

}  // namespace

Predictor::Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
                     PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup,
                     const std::vector<int>& patch, std::vector<double> weights)
    : ensemble_(std::move(networks), classes, options.mirror, setup, std::move(weights)),
      preprocess_(std::move(preprocess)),
      options_(std::move(options)),
      window_(window_of(ensemble_.networks(), options_, patch)) {}

WindowGrid Predictor::windows_of(const Geometry& prepared) const {
  const auto& [x, y, z] = prepared.size;
  const Extent volume{z, y, x};
  if (ensemble_.dims() == 3) {
    Extent window = volume;
    std::copy(window_.begin(), window_.end(), window.begin());
    return volume_windows(volume, window, options_.overlap);
  }
  // Slices come in batches, each cut into windows of all of them.
  Extent window{options_.batch_size, y, x};
  std::copy(window_.begin(), window_.end(), window.begin() + 1);
  return slice_windows(volume, window, options_.overlap);
}

at::Tensor Predictor::weights(const WindowGrid& grid) const {
  const bool slices = ensemble_.dims() == 2;
  const bool alone = grid.y.size() * grid.x.size() == 1 && (slices || grid.layers.size() == 1);
  const at::Tensor weights =
      window_weights({grid.window.begin() + (slices ? 1 : 0), grid.window.end()},
                     alone && !options_.window ? "constant" : "gaussian", {kSigma});
  return (slices ? weights.unsqueeze(0) : weights).to(ensemble_.device());
}

// On a CPU, more windows at once than keep all cores busy only take memory.
WindowBatch Predictor::batch(const WindowGrid& grid) const {
  if (ensemble_.dims() == 2) return {};
  if (!ensemble_.device().is_cpu()) return {options_.batch_size};
  constexpr std::int64_t kBusy = std::int64_t{1} << 20;  // voxels
  const auto& [z, y, x] = grid.window;
  return {std::clamp<std::int64_t>(kBusy / (z * y * x), 1, options_.batch_size)};
}

LabelMap Predictor::operator()(const StoredImage& scan, const std::string& name) const {
  const c10::NoGradGuard no_grad;
  const ScanSampler sampler(scan, preprocess_);
  const WindowGrid grid = windows_of(sampler.sampling().prepared());
  ToNative native(sampler.sampling(), strip_ends(grid));
  const Strips strips = strips_of(native, grid);
  const WindowBatch at_once = batch(grid);
  const std::vector<WindowRows> groups =
      groups_in_memory({.grid = grid,
                        .strips = strips,
                        .sampling = sampler.sampling(),
                        .image_channels = sampler.channels(),
                        .averaged_channels = ensemble_.channels(),
                        .classes = ensemble_.classes(),
                        .windows = std::max<std::int64_t>(1, at_once.windows),
                        .on_cpu = ensemble_.device().is_cpu()},
                       options_.memory_gb);
  std::optional<Progress> progress;
  if (ensemble_.dims() == 3) progress.emplace(name, windows_in(grid, groups), "windows");

  for (const WindowRows& rows : groups) {
    const auto read = [&](std::size_t strip, const at::Tensor& sums, const at::Tensor& of_weights) {
      const at::Tensor s = sums.unsqueeze(0), w = of_weights.unsqueeze(0);
      add(native, strip,
          (native.interpolates() ? ensemble_.probabilities(s / w) : ensemble_.ranking(s, w))[0]);
    };
    WindowBlend blend(grid, weights(grid), strips, rows, read);
    WindowInput input(
        grid, [&](auto first, auto count, auto out) { sampler.sample(first, count, out); },
        sampler.air());
    sweep(
        grid, rows, at_once, input, blend,
        [&](const at::Tensor& windows) { return ensemble_.scores(windows); },
        [&](std::int64_t windows) {
          if (progress) progress->advance(windows);
        });
  }
  return native.finish();
}

}  // namespace myoseg
