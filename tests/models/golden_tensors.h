// The tensors that a golden record of a network states by their formula, and its loss.
#pragma once

#include <ATen/ATen.h>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/testing/golden.h"

namespace myoseg::testing {

// The value of a parameter or buffer by its key: rules of the records' documentation.
inline std::vector<float> weight_values(const std::string& key, const at::Tensor& like) {
  const auto n = static_cast<std::size_t>(like.numel());
  const auto within = [&](double low, double high) { return formula_values(key, n, low, high); };
  if (key.ends_with("num_batches_tracked")) return within(0, 0);
  if (key.ends_with("running_mean")) return within(-0.1, 0.1);
  if (key.ends_with("running_var")) return within(1, 1.5);
  if (like.dim() >= 2) {
    const double fan_in = static_cast<double>(like.numel() / like.size(0));
    return within(-std::sqrt(3 / fan_in), std::sqrt(3 / fan_in));
  }
  if (key.ends_with(".A.weight")) return within(0.15, 0.35);
  if (key.ends_with(".weight")) return within(0.9, 1.1);
  return within(-0.1, 0.1);
}

inline std::vector<std::int64_t> shape_of(const Json& tensor) {
  return tensor.at("shape").get<std::vector<std::int64_t>>();
}

template <class T>
at::Tensor tensor_of(std::vector<T> values, at::IntArrayRef shape, at::ScalarType type) {
  return at::from_blob(values.data(), shape, type).clone();
}

inline std::size_t size_of(const std::vector<std::int64_t>& shape) {
  std::size_t n = 1;
  for (const auto s : shape) n *= static_cast<std::size_t>(s);
  return n;
}

inline at::Tensor input_of(const Json& record) {
  const auto shape = shape_of(record.at("input"));
  const auto seed = record.at("input").at("seed_string").get<std::string>();
  return tensor_of(formula_values(seed, size_of(shape)), shape, at::kFloat);
}

inline at::Tensor target_of(const Json& record) {
  const Json& t = record.at("train").at("target");
  const auto shape = shape_of(t);
  const auto seed = t.at("seed_string").get<std::string>();
  return tensor_of(formula_labels(seed, size_of(shape), t.at("labels")), shape, at::kLong);
}

// MONAI's DiceLoss as the records use it: one output channel through the sigmoid against 0/1,
// several through the softmax against one-hot labels, background included, means of all.
inline at::Tensor dice_loss(const at::Tensor& output, const at::Tensor& target) {
  constexpr double kSmooth = 1e-5;
  const bool binary = output.size(1) == 1;
  const at::Tensor p = binary ? output.sigmoid() : output.softmax(1);
  const at::Tensor t = binary ? target.to(p.scalar_type())
                              : at::zeros(p.sizes(), p.options()).scatter_(1, target, 1);
  const auto sums = [](const at::Tensor& x) { return x.flatten(2).sum(2); };
  return (1 - (2 * sums(p * t) + kSmooth) / (sums(p) + sums(t) + kSmooth)).mean();
}

}  // namespace myoseg::testing
