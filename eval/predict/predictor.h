// Label maps in a scan's own geometry from an ensemble of networks that see slices or volumes.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "data/prepare/preprocess.h"
#include "data/volume.h"
#include "eval/predict/ensemble.h"
#include "eval/predict/predict_options.h"
#include "eval/predict/windows.h"

namespace myoseg {

// A scan's prepared volume goes through the networks in windows that overlap; the weighted mean of
// what Ensemble says of them becomes probabilities, which are resampled to the scan's own grid,
// where each voxel gets the class with the highest one.
class Predictor {
 public:
  // Networks, classes, setup, weights: see Ensemble; `patch`: see window_of(). Both
  // say what is refused.
  Predictor(std::vector<std::shared_ptr<Network>> networks, int classes,
            PreprocessOptions preprocess, PredictOptions options, ForwardSetup setup = {},
            const std::vector<int>& patch = {}, std::vector<double> weights = {});
  // Holds a few planes of the prepared volume and the sums that windows to come add to, never a
  // whole volume of scores. `name`: of the scan, for the progress of volumes. Error(bad_data) when
  // a voxel is not finite, Error(failed) when there is not memory enough.
  [[nodiscard]] LabelMap operator()(const StoredImage& scan,
                                    const std::string& name = "predict") const;

 private:
  [[nodiscard]] WindowGrid windows_of(const Geometry& prepared) const;
  [[nodiscard]] at::Tensor weights(const WindowGrid& grid) const;
  [[nodiscard]] WindowBatch batch(const WindowGrid& grid) const;

  Ensemble ensemble_;
  PreprocessOptions preprocess_;
  PredictOptions options_;
  std::vector<std::int64_t> window_;  // slowest axis first; empty: the whole slice or volume
};

}  // namespace myoseg
