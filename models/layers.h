// Thin layers over ATen: one class serves 2D and 3D, compiles fast, and keeps PyTorch's parameter
// names.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <cstdint>
#include <memory>
#include <string>
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

// A module that owns parameters. They are zero until initialise(Network&, seed) or load_state().
class Layer : public torch::nn::Module {
 public:
  at::Tensor operator()(const at::Tensor& x);  // forward(), noted by a running ForwardRecorder
  // PyTorch's default initialisation; `path` is the layer's place in the network ("down.0.conv").
  virtual void initialise(std::uint64_t seed, const std::string& path) = 0;
  [[nodiscard]] virtual std::string type() const = 0;  // as PyTorch calls it

 protected:
  virtual at::Tensor forward(const at::Tensor& x) = 0;
  [[nodiscard]] virtual std::int64_t multiply_adds(const at::Tensor& input,
                                                   const at::Tensor& output) const;
};

// Lists of one number stand for every spatial dimension.
struct ConvOptions {
  int dims = 2;
  std::int64_t in = 1, out = 1;
  std::vector<std::int64_t> kernel{3}, stride{1}, padding{1};
  std::int64_t groups = 1;
  bool bias = true;
  bool transposed = false;
};

class Conv final : public Layer {
 public:
  explicit Conv(ConvOptions options);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;

 protected:
  at::Tensor forward(const at::Tensor& x) override;
  [[nodiscard]] std::int64_t multiply_adds(const at::Tensor& input,
                                           const at::Tensor& output) const override;

 private:
  ConvOptions options_;
  at::Tensor weight_, bias_;
};

class BatchNorm final : public Layer {
 public:
  BatchNorm(int dims, std::int64_t channels, double eps = 1e-5, double momentum = 0.1);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  int dims_;
  double eps_, momentum_;
  at::Tensor weight_, bias_, running_mean_, running_var_, num_batches_tracked_;
};

// Statistics of each sample and channel, in training and evaluation alike; with weight and bias.
class InstanceNorm final : public Layer {
 public:
  InstanceNorm(int dims, std::int64_t channels, double eps = 1e-5);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  int dims_;
  double eps_;
  at::Tensor weight_, bias_;
};

// Zeroes each number with `probability` in training and scales up the rest. Its mask is a function
// of (seed, step, the layer's place, call), see set_random_step() in network.h.
class Dropout final : public torch::nn::Module {
 public:
  explicit Dropout(double probability) : probability_(probability) {}
  at::Tensor operator()(const at::Tensor& x);
  void key(std::uint64_t seed, const std::string& path, std::int64_t step);

 private:
  double probability_;
  std::uint64_t seed_ = 0;
  std::string path_;
  std::int64_t step_ = 0, calls_ = 0;
};

// batch | instance | none (null).
[[nodiscard]] std::shared_ptr<Layer> make_norm(const std::string& kind, int dims,
                                               std::int64_t channels);

// relu | leaky_relu (slope 0.01, as nnU-Net) | none; overwrites x, which no backward pass may need.
[[nodiscard]] at::Tensor activate(at::Tensor x, const std::string& kind);
[[nodiscard]] at::Tensor max_pool(const at::Tensor& x, std::int64_t size);  // stride = size
// Bilinear or trilinear to twice the size, aligned at the corners of the outer pixels' areas.
[[nodiscard]] at::Tensor upsample_linear(const at::Tensor& x);
[[nodiscard]] at::Tensor concat_channels(const at::Tensor& a, const at::Tensor& b);

// Grows every spatial size to the next multiple, at its end: zero | replicate (the border voxel).
[[nodiscard]] at::Tensor pad_to_multiple(const at::Tensor& x, std::int64_t multiple,
                                         const std::string& mode);
// The first `like`-sized part, spatially.
[[nodiscard]] at::Tensor crop_to(const at::Tensor& x, const at::Tensor& like);

// Error(bad_usage) unless x is (N, channels, and `dims` spatial dimensions).
void check_input(const at::Tensor& x, int dims, std::int64_t channels);

}  // namespace myoseg
