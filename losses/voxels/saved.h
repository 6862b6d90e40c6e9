// A struct kept from the forward to the backward pass of an autograd function.
#pragma once

#include <ATen/core/ivalue.h>

#include <utility>

namespace myoseg {

template <class T>
struct Saved final : torch::CustomClassHolder {
  explicit Saved(T v) : value(std::move(v)) {}
  T value;
};

// For AutogradContext::saved_data.
template <class T>
[[nodiscard]] at::IValue save(T value) {
  return at::IValue::make_capsule(c10::make_intrusive<Saved<T>>(std::move(value)));
}
template <class T>
[[nodiscard]] T load(const at::IValue& saved) {
  const auto capsule = saved.toCapsule();
  return static_cast<const Saved<T>*>(capsule.get())->value;
}

}  // namespace myoseg
