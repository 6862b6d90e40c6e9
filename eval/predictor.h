// Label maps in a scan's own geometry from an ensemble of networks (mean of the class
// probabilities).
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "core/fields.h"
#include "data/preprocess.h"
#include "models/network.h"

namespace myoseg {

struct PredictOptions {
  int batch_size = 8;
  bool mirror = false;  // also predict the left-right mirrored slice and average (only when labels
                        // have no side)
};
void describe(Fields& f, PredictOptions& o);

class Predictor {
 public:
  // The networks are moved to the device and put into evaluation mode, and stay so. `device`: "cpu"
  // or "cuda:0". One class means one output channel whose sigmoid is the foreground's probability;
  // more mean a softmax.
  Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
            PreprocessOptions preprocess, PredictOptions options, std::string device);
  // Slice batch by slice batch: prepared grid -> mean probabilities -> native grid -> class with
  // the highest one.
  [[nodiscard]] LabelMap operator()(const Image& scan) const;

 private:
  // (N,C,H,W) -> mean probabilities (N, max(classes, 2), H, W)
  [[nodiscard]] at::Tensor ensemble(const at::Tensor& batch) const;

  std::vector<std::shared_ptr<Network>> networks_;
  int classes_;
  PreprocessOptions preprocess_;
  PredictOptions options_;
  std::string device_;
};

}  // namespace myoseg
