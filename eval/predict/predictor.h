// Label maps in a scan's own geometry from an ensemble of networks (mean of the class
// probabilities).
#pragma once

#include <ATen/core/Tensor.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/fields/fields.h"
#include "data/prepare/preprocess.h"
#include "models/networks.h"
#include "models/runtime/forward.h"

namespace myoseg {

struct PredictOptions {
  int batch_size = 8;
  // Also predict the slice mirrored left to right, and average; only when labels have no side.
  bool mirror = false;
  // x, y: moves over slices that are larger; absent: whole slices.
  std::optional<std::array<int, 2>> window = {};
  double overlap = 0.5;                   // of neighbouring windows
  Precision precision = Precision::fp32;  // of convolutions and products
};
void describe(Fields& f, PredictOptions& o);

class Predictor {
 public:
  // The networks are moved to the setup's device and put into evaluation mode, and stay so. One
  // class means one output channel whose sigmoid is the foreground's probability; more mean a
  // softmax.
  Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
            PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup = {});
  // Slice batch by slice batch: prepared grid -> mean probabilities (of windows: blended by
  // sliding_window.h) -> native grid -> class with the highest one.
  [[nodiscard]] LabelMap operator()(const Image& scan) const;

 private:
  // Both (N,C,H,W) -> mean probabilities (N, max(classes, 2), H, W): of one input of the networks,
  // and of whole slices.
  [[nodiscard]] at::Tensor ensemble(const at::Tensor& batch) const;
  [[nodiscard]] at::Tensor whole(const at::Tensor& slices) const;

  std::vector<std::shared_ptr<Network>> networks_;
  int classes_;
  PreprocessOptions preprocess_;
  PredictOptions options_;
  ForwardSetup setup_;
};

}  // namespace myoseg
