// What differs between LibTorch 1.13 and 2.x, in one place: nothing else in the project asks for
// the version.
#pragma once

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <ATen/ops/_foreach_mul.h>
#include <ATen/ops/_foreach_norm.h>
#include <ATen/ops/_fused_adam.h>
#include <c10/core/Allocator.h>
#include <torch/version.h>
#if TORCH_VERSION_MAJOR >= 2
#include <ATen/ops/_fused_adamw.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace myoseg::compat {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

// The type of the totals that LibTorch reports memory with: std::int64_t in 1.13, std::size_t
// later.
template <class Report>
struct TotalOf;
template <class Total>
struct TotalOf<void (c10::MemoryReportingInfoBase::*)(void*, std::int64_t, Total, Total,
                                                      c10::Device)> {
  using type = Total;
};
using ReportedTotal = TotalOf<decltype(&c10::MemoryReportingInfoBase::reportMemoryUsage)>::type;

// An allocator of memory on the processor. 2.x took the const from allocate() and added
// copy_data(); of the functions here those override that LibTorch has.
class CpuAllocator : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t bytes) { return block(bytes); }
  c10::DataPtr allocate(std::size_t bytes) const { return block(bytes); }
  void copy_data(void* to, const void* from, std::size_t bytes) const {
    std::memcpy(to, from, bytes);
  }

 private:
  [[nodiscard]] virtual c10::DataPtr block(std::size_t bytes) const = 0;
};

// Automatic mixed precision on one device type while it lives, or none without a type; what was set
// before comes back afterwards. 2.4 replaced the functions per device by ones that take the device
// type.
class Autocast {
 public:
  Autocast(c10::DeviceType device, std::optional<at::ScalarType> type)
      : device_(device), enabled_(enabled(device)), type_(type_of(device)) {
    if (type) set_type(device_, *type);
    set_enabled(device_, type.has_value());
    at::autocast::increment_nesting();
  }
  ~Autocast() {
    // Weights cast to half precision are cached between forward passes, and are stale after the
    // next step.
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    set_enabled(device_, enabled_);
    set_type(device_, type_);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  // What is set on this thread now.
  static std::optional<at::ScalarType> running(c10::DeviceType device) {
    if (!enabled(device)) return {};
    return type_of(device);
  }

 private:
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
  static bool enabled(c10::DeviceType d) { return at::autocast::is_autocast_enabled(d); }
  static void set_enabled(c10::DeviceType d, bool on) { at::autocast::set_autocast_enabled(d, on); }
  static at::ScalarType type_of(c10::DeviceType d) { return at::autocast::get_autocast_dtype(d); }
  static void set_type(c10::DeviceType d, at::ScalarType t) {
    at::autocast::set_autocast_dtype(d, t);
  }
#else
  static bool enabled(c10::DeviceType d) {
    return d == c10::kCUDA ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled();
  }
  static void set_enabled(c10::DeviceType d, bool on) {
    d == c10::kCUDA ? at::autocast::set_enabled(on) : at::autocast::set_cpu_enabled(on);
  }
  static at::ScalarType type_of(c10::DeviceType d) {
    return d == c10::kCUDA ? at::autocast::get_autocast_gpu_dtype()
                           : at::autocast::get_autocast_cpu_dtype();
  }
  static void set_type(c10::DeviceType d, at::ScalarType t) {
    d == c10::kCUDA ? at::autocast::set_autocast_gpu_dtype(t)
                    : at::autocast::set_autocast_cpu_dtype(t);
  }
#endif

  c10::DeviceType device_;
  bool enabled_;
  at::ScalarType type_;
};

// Every use of a weight converts it anew while this lives.
class NoAutocastCache {
 public:
  NoAutocastCache() : enabled_(at::autocast::is_autocast_cache_enabled()) {
    at::autocast::set_autocast_cache_enabled(false);
  }
  ~NoAutocastCache() { at::autocast::set_autocast_cache_enabled(enabled_); }
  NoAutocastCache(const NoAutocastCache&) = delete;
  NoAutocastCache& operator=(const NoAutocastCache&) = delete;

 private:
  bool enabled_;
};

// The same bits again on the same GPU, as far as LibTorch has such kernels (it warns where it has
// none).
inline void use_deterministic_cuda() {
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 2)
  // Filling every new tensor with NaN finds faults in kernels but costs a pass over memory each.
  at::globalContext().setDeterministicFillUninitializedMemory(false);
#endif
}

// A step of Adam or, `decoupled`, of AdamW for many parameters by one kernel, from 2.0 on; at the
// same place of each list what belongs together. `steps`, scalars in float32, count this one too.
struct FusedAdamStep {
  std::vector<at::Tensor> parameters, gradients, means, squares, largest, steps;
  double rate, beta1, beta2, decay, eps;
  bool decoupled, amsgrad;
};
#if TORCH_VERSION_MAJOR >= 2
inline constexpr bool kFusedAdam = true;
inline void run(FusedAdamStep& s) {
  const auto with = [&](const auto& step) {
    const Optional<at::Tensor> none;  // no scaling of gradients
    step(s.parameters, s.gradients, s.means, s.squares, s.largest, s.steps, s.rate, s.beta1,
         s.beta2, s.decay, s.eps, s.amsgrad, /*maximize=*/false, none, none);
  };
  if (s.decoupled)
    with([](auto&&... a) { at::_fused_adamw_(a...); });
  else
    with([](auto&&... a) { at::_fused_adam_(a...); });
}
#else
inline constexpr bool kFusedAdam = false;
inline void run(FusedAdamStep& /*step*/) {}
#endif

// Every tensor times a scalar of its device.
inline void scale(at::TensorList tensors, const at::Tensor& factor) {
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 1)
  at::_foreach_mul_(tensors, factor);
#else
  for (const at::Tensor& tensor : tensors) tensor.mul_(factor);
#endif
}

// A store of keys whose server needs no libuv, which Debian's LibTorch is built without. (A
// template, so that this header needs none of c10d.)
template <class StoreOptions>
void use_plain_sockets(StoreOptions& options) {
  if constexpr (requires { options.useLibUV; }) options.useLibUV = false;
}

}  // namespace myoseg::compat
