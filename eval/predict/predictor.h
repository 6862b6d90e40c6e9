// Label maps in a scan's own geometry from an ensemble of networks that see slices or volumes.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "data/prepare/preprocess.h"
#include "data/volume.h"
#include "eval/predict/window_sweep.h"
#include "eval/predict/windows.h"
#include "models/networks.h"
#include "models/runtime/forward.h"

namespace myoseg {

struct PredictOptions {
  int batch_size = 8;
  // Also predict the image mirrored left to right, and average; only when labels have no side.
  bool mirror = false;
  // x, y of slices or x, y, z of volumes; absent: see Predictor.
  std::optional<std::vector<int>> window = {};
  double overlap = 0.5;                   // of neighbouring windows
  Precision precision = Precision::fp32;  // of convolutions and products
};
void describe(Fields& f, PredictOptions& o);

// A scan's prepared volume goes through the networks in windows that overlap; their weighted mean,
// resampled to the scan's own grid, gives each voxel the class with the highest probability. What
// is averaged are the mean probabilities of networks and mirrored images; of volumes that one
// network sees unmirrored, it is that network's logits, whose mean becomes probabilities (as
// MONAI's and nnU-Net's).
class Predictor {
 public:
  // The networks are moved to the setup's device and put into evaluation mode, and stay so. One
  // class means one output channel whose sigmoid is the foreground's probability; more mean a
  // softmax. Without options.window, slices are seen whole, and volumes in windows of the networks'
  // fixed size, else of `patch` (x, y, z: what they were trained on), else whole. Error(bad_usage)
  // when the window has not as many axes as the networks or not their fixed size.
  Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
            PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup = {},
            const std::vector<int>& patch = {});
  // Holds a few planes of the prepared volume and the sums that windows to come add to, never a
  // whole volume of scores. Error(bad_data) when a voxel is not finite.
  [[nodiscard]] LabelMap operator()(const Image& scan) const;

 private:
  [[nodiscard]] WindowGrid windows_of(const Geometry& prepared) const;
  [[nodiscard]] at::Tensor weights(const WindowGrid& grid) const;
  [[nodiscard]] WindowBatch batch(const WindowGrid& grid) const;
  // Of a batch (N,C,[D,]H,W) of windows what is averaged of them, and of that mean the
  // probabilities (N, max(classes, 2), [D,]H,W).
  [[nodiscard]] at::Tensor scores(const at::Tensor& batch) const;
  [[nodiscard]] at::Tensor probabilities(const at::Tensor& mean) const;
  [[nodiscard]] at::Tensor logits(Network& network, const at::Tensor& batch) const;
  [[nodiscard]] bool averages_logits() const;

  std::vector<std::shared_ptr<Network>> networks_;
  int classes_;
  PreprocessOptions preprocess_;
  PredictOptions options_;
  ForwardSetup setup_;
  int dims_ = 2;
  std::vector<std::int64_t> window_;  // slowest axis first; empty: the whole slice or volume
};

}  // namespace myoseg
