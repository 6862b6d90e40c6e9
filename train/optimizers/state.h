// What the optimisers share: per-parameter state under the parameters' names, and one-pass kernels
// over plain memory.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <string>
#include <vector>

#include "train/optimizers/optimizer.h"

namespace myoseg {

// Which parameters weight decay leaves alone when norms and biases are exempt: those of fewer than
// two dimensions.
[[nodiscard]] bool is_norm_or_bias(const at::Tensor& parameter);

// One tensor per parameter, of its shape, type, device and memory layout; undefined until first
// asked for.
class ParameterState {
 public:
  ParameterState(std::string kind, std::size_t parameters)
      : kind_(std::move(kind)), values_(parameters) {}

  // The state of parameter `i`, zeros at first; laid out anew if the parameter's memory layout has
  // changed.
  at::Tensor& of(std::size_t i, const at::Tensor& parameter);
  [[nodiscard]] bool has(std::size_t i) const { return values_[i].defined(); }

  void save(NamedTensors& to, const NamedTensors& parameters) const;  // "KIND/NAME"
  // Takes what `from` holds of this kind and counts it in `used`. Error(bad_data) when a shape does
  // not fit.
  void load(const NamedTensors& from, const NamedTensors& parameters, std::size_t& used);

 private:
  std::string kind_;
  std::vector<at::Tensor> values_;
};

// Number of updates of each parameter: "step/NAME".
void save_steps(NamedTensors& to, const NamedTensors& parameters,
                const std::vector<std::int64_t>& steps);
void load_steps(const NamedTensors& from, const NamedTensors& parameters,
                std::vector<std::int64_t>& steps, std::size_t& used);
// Error(bad_data) naming the first entry that belongs to no parameter or kind of state.
void check_all_used(const NamedTensors& state, std::size_t used, const NamedTensors& parameters);

// `tensor` in the memory layout of `like`.
[[nodiscard]] at::Tensor laid_out_like(const at::Tensor& tensor, const at::Tensor& like);
// Whether the one-pass kernels can take the parameter: on the CPU, float32 or float64, dense.
[[nodiscard]] bool is_plain(const at::Tensor& parameter);

}  // namespace myoseg
