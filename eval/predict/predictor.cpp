#include "eval/predict/predictor.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/error.h"
#include "data/prepare/scan_sampler.h"
#include "data/prepare/to_native.h"
#include "eval/predict/window_blend.h"
#include "eval/predict/window_sweep.h"
#include "models/network.h"

namespace myoseg {
namespace {

constexpr double kSigma = 0.125;  // of the windows' Gaussian, in windows

// Logits of one axis 1 -> probabilities of all classes; a single channel is the foreground of two
// classes.
at::Tensor softmax_of(const at::Tensor& logits) {
  if (logits.size(1) > 1) return at::softmax(logits, 1);
  const at::Tensor foreground = at::sigmoid(logits);
  return at::cat({1 - foreground, foreground}, 1);
}

// Slowest axis first.
std::vector<std::int64_t> window_of(const Network& network, const PredictOptions& options,
                                    const std::vector<int>& patch) {
  const auto axes = static_cast<std::size_t>(network.dims());
  const std::vector<std::int64_t> fixed = network.fixed_size();
  if (!options.window) {
    if (axes == 3 && !fixed.empty()) return fixed;
    return axes == 3 ? std::vector<std::int64_t>(patch.rbegin(), patch.rend())
                     : std::vector<std::int64_t>();
  }
  if (options.window->size() != axes)
    throw usage_error("predict.window=[{}]: a network of {} axes needs {} numbers",
                      fmt::join(*options.window, ","), axes, axes);
  std::vector<std::int64_t> window(options.window->rbegin(), options.window->rend());
  if (!fixed.empty() && window != fixed)
    throw usage_error("predict.window=[{}]: the network takes [{}] alone",
                      fmt::join(*options.window, ","),
                      fmt::join(fixed.rbegin(), fixed.rend(), ","));
  return window;
}

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

}  // namespace

void describe(Fields& f, PredictOptions& o) {
  f("batch_size", o.batch_size, at_least(1).without_effect(),
    "Slices, or windows of volumes, that go through the networks at once; on a CPU volumes are "
    "taken one by one where they are large.");
  f("mirror", o.mirror,
    "Average with the prediction of the left-right mirrored image; only for labels without a "
    "side.");
  f("window", o.window, at_least(1).in("voxels"),
    "Size x, y, or x, y, z of networks that see volumes, of a window that moves over the prepared "
    "scan, for networks of a fixed input size or little memory; null: whole slices; for volumes the "
    "networks' fixed size, else the patches they were trained on.");
  f("overlap", o.overlap, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of a window that the next one covers again.");
  f("precision", o.precision, kAny.added_with(Node("fp32")),
    "Number format of convolutions and products; probabilities stay fp32. fp16 needs CUDA.");
  f.require(!o.window || o.window->size() == 2 || o.window->size() == 3,
            "window must be two numbers (x, y) or three (x, y, z)");
}

Predictor::Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
                     PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup,
                     const std::vector<int>& patch)
    : networks_(std::move(networks)),
      classes_(classes),
      preprocess_(std::move(preprocess)),
      options_(std::move(options)),
      setup_(setup) {
  if (networks_.empty())
    throw usage_error("A prediction needs at least one trained network; none was given.");
  dims_ = networks_.front()->dims();
  window_ = window_of(*networks_.front(), options_, patch);
  for (const auto& network : networks_) {
    network->to(setup_.device);
    network->eval();
  }
}

bool Predictor::averages_logits() const {
  return dims_ == 3 && networks_.size() == 1 && !options_.mirror;
}

at::Tensor Predictor::logits(Network& network, const at::Tensor& batch) const {
  at::Tensor logits = forward(network, batch, setup_);
  if (logits.size(1) != classes_)
    throw usage_error(
        "The network gives {} classes where {} were expected; the checkpoint is of another data "
        "set.",
        logits.size(1), classes_);
  return logits;
}

at::Tensor Predictor::scores(const at::Tensor& batch) const {
  if (averages_logits()) return logits(*networks_.front(), batch);
  at::Tensor sum;
  const auto add = [&](const at::Tensor& p) { sum = sum.defined() ? sum.add_(p) : p.clone(); };
  for (const auto& network : networks_) {
    add(softmax_of(logits(*network, batch)));
    if (options_.mirror) add(softmax_of(logits(*network, batch.flip({-1}))).flip({-1}));
  }
  return sum.div_(static_cast<double>(networks_.size() * (options_.mirror ? 2 : 1)));
}

at::Tensor Predictor::probabilities(const at::Tensor& mean) const {
  return averages_logits() ? softmax_of(mean) : mean;
}

WindowGrid Predictor::windows_of(const Geometry& prepared) const {
  const auto& [x, y, z] = prepared.size;
  const Extent volume{z, y, x};
  if (dims_ == 3) {
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
  const bool slices = dims_ == 2;
  const bool alone = grid.y.size() * grid.x.size() == 1 && (slices || grid.layers.size() == 1);
  const at::Tensor weights =
      window_weights({grid.window.begin() + (slices ? 1 : 0), grid.window.end()},
                     alone && !options_.window ? "constant" : "gaussian", {kSigma});
  return (slices ? weights.unsqueeze(0) : weights).to(setup_.device);
}

// Windows of volumes that go through the networks at once. On a CPU more of them than keep all
// cores busy only take memory.
WindowBatch Predictor::batch(const WindowGrid& grid) const {
  if (dims_ == 2) return {};
  constexpr std::int64_t kBusy = std::int64_t{1} << 20;  // voxels
  const auto& [z, y, x] = grid.window;
  const std::int64_t most = std::max<std::int64_t>(1, kBusy / (z * y * x));
  return {setup_.device.is_cpu() ? std::min<std::int64_t>(most, options_.batch_size)
                                 : options_.batch_size};
}

LabelMap Predictor::operator()(const Image& scan) const {
  const c10::NoGradGuard no_grad;
  const ScanSampler sampler(scan, preprocess_);
  const WindowGrid grid = windows_of(sampler.sampling().prepared());
  ToNative native(sampler.sampling(), strip_ends(grid));
  const auto read = [&](std::size_t strip, const at::Tensor& mean) {
    // (1, classes, planes, rows, X) -> [planes][classes][rows][X]
    const at::Tensor planes =
        probabilities(mean.unsqueeze(0))[0].to(at::kCPU).transpose(0, 1).contiguous();
    native.add({planes.data_ptr<float>(), static_cast<std::size_t>(planes.numel())}, planes.size(0),
               static_cast<int>(planes.size(1)), strip);
  };
  const WindowRows rows{0, 0, grid.y.size()};
  WindowBlend blend(grid, weights(grid), strips_of(native, grid), rows, read);
  WindowInput input(
      grid, [&](auto first, auto count, auto out) { sampler.sample(first, count, out); },
      sampler.channels());
  sweep(grid, rows, batch(grid), input, blend, [&](const at::Tensor& b) { return scores(b); });
  return native.finish();
}

}  // namespace myoseg
