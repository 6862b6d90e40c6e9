// Thin layers over ATen: one class serves 2D and 3D, compiles fast, and keeps PyTorch's parameter names.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <memory>
#include <string>
#include <vector>

namespace myoseg {

class Network : public torch::nn::Module {
 public:
  // (N,C,[D,]H,W) -> logits (N,classes,[D,]H,W), same spatial size, any input size.
  virtual at::Tensor forward(at::Tensor x) = 0;
};

}  // namespace myoseg
