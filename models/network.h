// A segmentation network: image in, logits out, never probabilities.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <utility>
#include <vector>

namespace myoseg {

class Network : public torch::nn::Module {
 public:
  // (N,C,[D,]H,W) -> logits (N,classes,[D,]H,W), same spatial size, any input size.
  // Error(bad_usage) when the number of dimensions or channels is not the network's.
  virtual at::Tensor forward(at::Tensor x) = 0;
  // What deep supervision trains on: the logits of forward() first, then those of coarser or
  // shallower outputs, each as large as the image or smaller by whole factors. Networks without
  // such outputs answer forward() alone.
  virtual std::vector<at::Tensor> forward_all(at::Tensor x) { return {forward(std::move(x))}; }
};

}  // namespace myoseg
