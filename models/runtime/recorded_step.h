// The forward and backward pass of a training step on a GPU, recorded once and played again (a CUDA
// graph): the GPU then starts its hundreds of kernels by itself.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <memory>
#include <vector>

namespace myoseg {

class RecordedStep {
 public:
  // The loss of a batch; leaves the gradients of the parameters, which have none before.
  using Compute = std::function<at::Tensor(const at::Tensor& image, const at::Tensor& label)>;

  // Error(bad_usage) where steps cannot be recorded: not on a GPU, or a program that was built
  // without CUDA's headers.
  RecordedStep(at::Device device, std::vector<at::Tensor> parameters);
  ~RecordedStep();
  RecordedStep(const RecordedStep&) = delete;
  RecordedStep& operator=(const RecordedStep&) = delete;

  // What `compute` answers. The first batches are computed as they are, until LibTorch's libraries
  // have made what they keep; then one is recorded, and all must have its shape. Error(bad_usage)
  // when `compute` does what cannot be recorded, such as reading a number from the GPU or dropout,
  // whose numbers are others at every step, or when a batch has another shape.
  [[nodiscard]] at::Tensor run(const at::Tensor& image, const at::Tensor& label,
                               const Compute& compute);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace myoseg
