#include "eval/predict/predictor.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <span>
#include <utility>

#include "core/error.h"
#include "data/prepare/to_native.h"
#include "eval/predict/sliding_window.h"
#include "models/network.h"

namespace myoseg {
namespace {

// (N,C,H,W) logits -> probabilities of all classes; a single channel is the foreground of two
// classes.
at::Tensor probabilities(const at::Tensor& logits) {
  if (logits.size(1) > 1) return at::softmax(logits, 1);
  const at::Tensor foreground = at::sigmoid(logits);
  return at::cat({1 - foreground, foreground}, 1);
}

// Slices first..first+count of an image [C,Z,Y,X] as a batch (N,C,Y,X).
at::Tensor slices_of(const Image& image, std::int64_t first, std::int64_t count) {
  const auto& size = image.geometry.size;
  at::Tensor batch = at::empty({count, image.channels, size[1], size[0]}, at::kFloat);
  auto* out = batch.data_ptr<float>();
  for (std::int64_t n = 0; n < count; ++n)
    for (int c = 0; c < image.channels; ++c)
      out = std::copy_n(image.voxels.data() + image.index(0, 0, first + n, c), image.slice_voxels(),
                        out);
  return batch;
}

}  // namespace

void describe(Fields& f, PredictOptions& o) {
  f("batch_size", o.batch_size, at_least(1).without_effect(),
    "Slices that go through the networks at once.");
  f("mirror", o.mirror,
    "Average with the prediction of the left-right mirrored slice; only for labels without a "
    "side.");
  f("window", o.window, at_least(1).in("voxels"),
    "Size x, y of a window that moves over the prepared slices, for networks of a fixed input size "
    "or little memory; null: whole slices.");
  f("overlap", o.overlap, Limits{.low = 0, .high = 1, .high_open = true},
    "Share of a window that the next one covers again.");
  f("precision", o.precision, kAny.added_with(Node("fp32")),
    "Number format of convolutions and products; probabilities stay fp32. fp16 needs CUDA.");
}

Predictor::Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
                     PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup)
    : networks_(std::move(networks)),
      classes_(classes),
      preprocess_(std::move(preprocess)),
      options_(options),
      setup_(setup) {
  if (networks_.empty())
    throw usage_error("A prediction needs at least one trained network; none was given.");
  for (const auto& network : networks_) {
    network->to(setup_.device);
    network->eval();
  }
}

at::Tensor Predictor::ensemble(const at::Tensor& batch) const {
  at::Tensor sum;
  const auto add = [&](const at::Tensor& p) { sum = sum.defined() ? sum.add_(p) : p.clone(); };
  for (const auto& network : networks_) {
    const at::Tensor logits = forward(*network, batch, setup_);
    if (logits.size(1) != classes_)
      throw usage_error(
          "The network gives {} classes where {} were expected; the checkpoint is of another data "
          "set.",
          logits.size(1), classes_);
    add(probabilities(logits));
    if (options_.mirror) add(probabilities(forward(*network, batch.flip({3}), setup_)).flip({3}));
  }
  return sum.div_(static_cast<double>(networks_.size() * (options_.mirror ? 2 : 1)));
}

at::Tensor Predictor::whole(const at::Tensor& slices) const {
  if (!options_.window) return ensemble(slices);
  const auto [x, y] = *options_.window;
  const SlidingWindowOptions windows{
      .window = {y, x}, .overlap = {options_.overlap}, .batch_size = options_.batch_size};
  return sliding_window(slices, windows, [&](const at::Tensor& batch) { return ensemble(batch); });
}

LabelMap Predictor::operator()(const Image& scan) const {
  const c10::NoGradGuard no_grad;
  const Prepared prepared = preprocess(scan, nullptr, preprocess_);
  const std::int64_t slices = prepared.image.geometry.size[2];
  ToNative native(sampling_of(scan, preprocess_));
  // Slice batches keep their own scores only: all classes of a whole scan at native size can be
  // tens of gigabytes.
  for (std::int64_t first = 0; first < slices; first += options_.batch_size) {
    const std::int64_t count = std::min<std::int64_t>(options_.batch_size, slices - first);
    const at::Tensor batch = slices_of(prepared.image, first, count).to(setup_.device);
    const at::Tensor scores = whole(batch).to(at::kCPU).contiguous();  // (N,C,H,W)
    const std::span values(scores.data_ptr<float>(), static_cast<std::size_t>(scores.numel()));
    native.add(values, count, static_cast<int>(scores.size(1)));
  }
  return native.finish();
}

}  // namespace myoseg
