// Thin layers over ATen: one class serves 2D and 3D, compiles fast, and keeps PyTorch's parameter
// names.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/choice.h"

namespace myoseg {

class ForwardRecorder;
namespace fused {
struct KeptFilters;
}

// A module that owns parameters. They are zero until initialise(Network&, seed) or load_state().
class Layer : public torch::nn::Module {
 public:
  at::Tensor operator()(const at::Tensor& x);  // forward(), noted by a running ForwardRecorder
  // PyTorch's default initialisation; `path` is the layer's place in the network ("down.0.conv").
  virtual void initialise(std::uint64_t seed, const std::string& path) = 0;
  [[nodiscard]] virtual std::string type() const = 0;  // as PyTorch calls it
  // Notes a call from the sizes of input and output, where the layer is computed elsewhere.
  void note(ForwardRecorder& recorder, at::IntArrayRef input, at::IntArrayRef output) const;

 protected:
  virtual at::Tensor forward(const at::Tensor& x) = 0;
  [[nodiscard]] virtual std::int64_t multiply_adds(at::IntArrayRef input,
                                                   at::IntArrayRef output) const;
};

// Random initial values, float32 and keyed by the parameter's name, so that a weight depends
// neither on LibTorch's generator nor on the layers made before it.
void fill_uniform(const at::Tensor& parameter, double bound, std::uint64_t seed,
                  const std::string& name);
void fill_normal(const at::Tensor& parameter, double sd, std::uint64_t seed,
                 const std::string& name);

// Lists of one number stand for every spatial dimension.
struct ConvOptions {
  int dims = 2;
  std::int64_t in = 1, out = 1;
  std::vector<std::int64_t> kernel{3}, stride{1}, padding{1};
  std::vector<std::int64_t> output_padding{0};  // of transposed ones
  std::int64_t groups = 1;
  bool bias = true;
  bool transposed = false;
};

class Conv final : public Layer {
 public:
  explicit Conv(ConvOptions options);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;
  [[nodiscard]] const ConvOptions& options() const { return options_; }
  [[nodiscard]] const at::Tensor& weight() const { return weight_; }
  [[nodiscard]] const at::Tensor& bias() const { return bias_; }  // undefined: none
  [[nodiscard]] std::vector<std::int64_t> output_size(at::IntArrayRef input) const;
  // What models/blocks/fused/ keeps from one prediction to the next.
  [[nodiscard]] std::shared_ptr<fused::KeptFilters>& kept_filters() { return kept_filters_; }

 protected:
  at::Tensor forward(const at::Tensor& x) override;
  [[nodiscard]] std::int64_t multiply_adds(at::IntArrayRef input,
                                           at::IntArrayRef output) const override;

 private:
  ConvOptions options_;
  at::Tensor weight_, bias_;
  std::shared_ptr<fused::KeptFilters> kept_filters_;
};

// What a norm of single channels does, for whoever computes it in another way:
// (x - mean) / sqrt(variance + eps) * weight + bias.
struct ChannelNorm {
  at::Tensor weight = {}, bias = {};               // undefined: 1 and 0
  at::Tensor running_mean = {}, running_var = {};  // undefined: none
  at::Tensor batches = {};                         // counted in training; undefined: not
  bool of_sample = false;  // statistics of each sample rather than of the batch
  bool fixed = false;      // the running statistics are taken and left alone
  double eps = 1e-5, momentum = 0.1;
};

class BatchNorm final : public Layer {
 public:
  BatchNorm(int dims, std::int64_t channels, double eps = 1e-5, double momentum = 0.1);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;
  [[nodiscard]] ChannelNorm channel_norm() const;

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  int dims_;
  double eps_, momentum_;
  at::Tensor weight_, bias_, running_mean_, running_var_, num_batches_tracked_;
};

// Statistics of each sample and channel, in training and evaluation alike; `affine`: with weight
// and bias.
class InstanceNorm final : public Layer {
 public:
  InstanceNorm(int dims, std::int64_t channels, bool affine = true, double eps = 1e-5);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override;
  [[nodiscard]] ChannelNorm channel_norm() const;

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  int dims_;
  double eps_;
  at::Tensor weight_, bias_;
};

// Statistics of each sample and group of channels (Wu and He, ECCV 2018); with weight and bias.
// Error(bad_usage) when the groups are not equally large.
class GroupNorm final : public Layer {
 public:
  GroupNorm(std::int64_t groups, std::int64_t channels, double eps = 1e-5);
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override { return "GroupNorm"; }

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  std::int64_t groups_;
  double eps_;
  at::Tensor weight_, bias_;
};

// x, and a learnt multiple of it where it is negative (He et al., ICCV 2015): "weight", one slope
// for all channels, 0.25 at first.
class PRelu final : public Layer {
 public:
  PRelu();
  void initialise(std::uint64_t seed, const std::string& path) override;
  [[nodiscard]] std::string type() const override { return "PReLU"; }
  [[nodiscard]] const at::Tensor& weight() const { return weight_; }

 protected:
  at::Tensor forward(const at::Tensor& x) override;

 private:
  at::Tensor weight_;
};

// Zeroes each number with `probability` in training and scales up the rest. Its mask is a function
// of (seed, step, the layer's place, call), see set_random_step() in network.h.
class Dropout final : public torch::nn::Module {
 public:
  explicit Dropout(double probability) : probability_(probability) {}
  at::Tensor operator()(const at::Tensor& x);
  void key(std::uint64_t seed, const std::string& path, std::int64_t step);
  // What the next mask is a function of, beside the layer's place.
  struct Draw {
    std::uint64_t seed = 0;
    std::int64_t step = 0, call = 0;
  };
  [[nodiscard]] const Draw& next_draw() const { return next_; }
  void set_next_draw(const Draw& draw) { next_ = draw; }

 private:
  double probability_;
  std::string path_;
  Draw next_;
};

// instance_plain is instance without weight and bias.
enum class Norm { batch, instance, none, instance_plain, group };
constexpr auto choice_names(Norm) {
  return std::to_array<std::string_view>({"batch", "instance", "none", "instance_plain", "group"});
}
// Null for none. `groups` are those of group.
[[nodiscard]] std::shared_ptr<Layer> make_norm(Norm kind, int dims, std::int64_t channels,
                                               std::int64_t groups = 8);

}  // namespace myoseg
