#include "models/runtime/precision.h"

#include <ATen/ATen.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <torch/library.h>

#include <optional>

#include "core/error.h"
#include "models/runtime/torch_compat.h"

namespace myoseg {
namespace {

// at::convolution under autocast on a CPU. LibTorch casts for conv2d and conv3d there but leaves
// this function, which our layers call for any number of dimensions, in float32. Transposed
// convolutions are computed in float32 (1.13 has them in nothing else) and rounded, so that what
// follows stays in half precision.
at::Tensor cpu_convolution(const at::Tensor& x, const at::Tensor& weight,
                           const compat::Optional<at::Tensor>& bias, at::IntArrayRef stride,
                           at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed,
                           at::IntArrayRef output_padding, std::int64_t groups) {
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::DispatchKey::AutocastCPU);
  const auto half = at::kBFloat16;
  const auto type = transposed ? at::kFloat : half;
  const auto cast = [&](const at::Tensor& t) {
    return at::autocast::cached_cast(type, t, at::kCPU);
  };
  compat::Optional<at::Tensor> cast_bias;
  if (bias && bias->defined()) cast_bias = cast(*bias);
  return at::convolution(cast(x), cast(weight), cast_bias, stride, padding, dilation, transposed,
                         output_padding, groups)
      .to(half);
}

// Once in a process; a LibTorch that does it itself is left alone.
void teach_cpu_convolution() {
  static const bool done = [] {
    constexpr auto kKey = c10::DispatchKey::AutocastCPU;
    const auto convolution =
        c10::Dispatcher::singleton().findSchemaOrThrow("aten::convolution", "");
    if (convolution.hasKernelForDispatchKey(kKey)) return true;
    // Lives as long as the process: kernels must outlast every thread that may call them.
    auto* library = new torch::Library(torch::Library::IMPL, "aten", kKey, __FILE__, __LINE__);
    library->impl("convolution", TORCH_FN(cpu_convolution));
    return true;
  }();
  static_cast<void>(done);
}

}  // namespace

Precision precision_on(at::Device device, Precision precision) {
  if (precision != Precision::automatic) return precision;
  return device.is_cuda() ? Precision::bf16 : Precision::fp32;
}

void require_precision(Precision precision, at::Device device) {
  if (precision == Precision::fp16 && !device.is_cuda())
    throw usage_error("precision fp16 needs a CUDA device; on a CPU use bf16 or fp32");
}

bool has_bf16(at::Device device) {
#if defined(__x86_64__)
  return !device.is_cpu() || __builtin_cpu_supports("avx512bf16");
#else
  return true;  // what other processors have is not asked
#endif
}

RunningPrecision running_precision() {
  return {compat::Autocast::running(at::kCPU), compat::Autocast::running(at::kCUDA)};
}

struct PrecisionScope::State {
  std::optional<compat::Autocast> autocast, other;
  std::optional<compat::NoAutocastCache> no_cache;
};

PrecisionScope::PrecisionScope(Precision precision, at::Device device)
    : state_(std::make_unique<State>()) {
  if (precision == Precision::fp32) return;
  if (device.is_cpu()) teach_cpu_convolution();
  state_->autocast.emplace(device.type(), precision == Precision::bf16 ? at::kBFloat16 : at::kHalf);
}

PrecisionScope::PrecisionScope(const RunningPrecision& running)
    : state_(std::make_unique<State>()) {
  state_->autocast.emplace(at::kCPU, running.cpu);
  state_->other.emplace(at::kCUDA, running.cuda);
  state_->no_cache.emplace();
}

PrecisionScope::~PrecisionScope() = default;

}  // namespace myoseg
