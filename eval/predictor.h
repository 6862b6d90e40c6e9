// Label maps in a scan's own geometry from an ensemble of networks (mean of the class probabilities).
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

#include "data/preprocess.h"
#include "models/network.h"

namespace myoseg {

struct PredictOptions {
  int batch_size = 8;
  bool mirror = false;  // also predict the left-right mirrored slice and average (only when labels have no side)
};
void describe(Fields& f, PredictOptions& o);

class Predictor {
 public:
  // The networks are put into evaluation mode. `device`: "cpu" or "cuda:0".
  Predictor(std::vector<std::shared_ptr<Network>> networks, int classes, PreprocessOptions preprocess,
            PredictOptions options, std::string device);
  // Slice by slice: prepared grid -> probabilities -> native grid -> argmax.
  [[nodiscard]] LabelMap operator()(const Image& scan) const;

 private:
  std::vector<std::shared_ptr<Network>> networks_;
  int classes_;
  PreprocessOptions preprocess_;
  PredictOptions options_;
  std::string device_;
};

}  // namespace myoseg
