// A segmentation network: image in, logits out, never probabilities.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace myoseg {

class Network : public torch::nn::Module {
 public:
  // (N,C,[D,]H,W) -> logits (N,classes,[D,]H,W), same spatial size, any input size but where
  // fixed_size() says otherwise. Error(bad_usage) when the number of dimensions or channels is not
  // the network's, and as check_size() says.
  virtual at::Tensor forward(at::Tensor x) = 0;
  // Spatial dimensions of the image: 2 or 3.
  [[nodiscard]] virtual int dims() const { return 2; }
  // The one spatial size that forward() takes, slowest axis first; empty: any.
  [[nodiscard]] virtual std::vector<std::int64_t> fixed_size() const { return {}; }
  // By axis, how many times smaller than the image the coarsest features are: multiples of it are
  // computed as they are, other images may be grown to the next one (and their logits cut back),
  // which costs as much.
  [[nodiscard]] virtual std::vector<std::int64_t> size_multiple() const {
    return std::vector<std::int64_t>(static_cast<std::size_t>(dims()), 1);
  }
  // Error(bad_usage), what to change in one sentence, where forward(), or in `training`
  // forward_all(), does not take images of that spatial size.
  virtual void check_size(at::IntArrayRef size, bool training) const {
    static_cast<void>(size);
    static_cast<void>(training);
  }
  // What deep supervision trains on: the logits of forward() first, then those of coarser or
  // shallower outputs, each as large as the image or smaller by whole factors. Networks without
  // such outputs answer forward() alone.
  virtual std::vector<at::Tensor> forward_all(at::Tensor x) { return {forward(std::move(x))}; }

  // A network whose last layer is a convolution of single voxels: forward(x) is head(features(x)),
  // so that a weighted mean of logits is the head of the features' mean. Channels of the features;
  // 0: the network ends otherwise, and the two below are not called.
  [[nodiscard]] virtual std::int64_t feature_channels() const { return 0; }
  // (N,C,[D,]H,W) -> (N,feature_channels(),[D,]H,W).
  virtual at::Tensor features(at::Tensor /*x*/) { return {}; }
  // (N,feature_channels(),[D,]H,W) of any size -> logits.
  virtual at::Tensor head(at::Tensor /*features*/) { return {}; }
};

}  // namespace myoseg
