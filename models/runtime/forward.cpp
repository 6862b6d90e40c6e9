#include "models/runtime/forward.h"

#include <ATen/ATen.h>

#include "core/log.h"
#include "models/runtime/device.h"

namespace myoseg {
namespace {

// Only the image is laid out anew. Convolutions take the layout of their input; parameters keep
// theirs, so that their gradients and moments have it too. Convolutions know a layout by its
// strides: contiguous() would not change those of an image of one channel, clone() always does.
at::Tensor prepared(const at::Tensor& image, const ForwardSetup& setup) {
  if (image.dim() == 5) release_large_blocks();
  const at::Tensor x = image.to(setup.device);
  if (setup.kernels != Kernels::library)
    return x.clone(x.dim() == 5 ? at::MemoryFormat::ChannelsLast3d
                                : at::MemoryFormat::ChannelsLast);
  return setup.channels_last && x.dim() == 4 ? x.clone(at::MemoryFormat::ChannelsLast) : x;
}

}  // namespace

ForwardSetup forward_setup(at::Device device, Precision precision,
                           std::optional<bool> channels_last, Kernels kernels) {
  require_precision(precision, device);
  precision = precision_on(device, precision);
  if (precision == Precision::bf16 && !has_bf16(device))
    log::warn(
        "precision bf16: this processor has no instructions for it and imitates them, many times "
        "slower than fp32");
  const bool ours = device.is_cpu() && precision == Precision::fp32;
  return {device, precision, channels_last.value_or(precision != Precision::fp32),
          ours ? kernels : Kernels::library};
}

at::Tensor forward(Network& network, const at::Tensor& image, const ForwardSetup& setup) {
  const at::Tensor x = prepared(image, setup);
  const PrecisionScope scope(setup.precision, setup.device);
  const KernelScope kernel_scope(setup.kernels);
  return network.forward(x).to(at::kFloat);
}

at::Tensor forward_features(Network& network, const at::Tensor& image, const ForwardSetup& setup) {
  const at::Tensor x = prepared(image, setup);
  const PrecisionScope scope(setup.precision, setup.device);
  const KernelScope kernel_scope(setup.kernels);
  return network.features(x).to(at::kFloat);
}

at::Tensor forward_head(Network& network, const at::Tensor& features, const ForwardSetup& setup) {
  const PrecisionScope scope(setup.precision, setup.device);
  const KernelScope kernel_scope(setup.kernels);
  return network.head(features).to(at::kFloat);
}

std::vector<at::Tensor> forward_all(Network& network, const at::Tensor& image,
                                    const ForwardSetup& setup) {
  const at::Tensor x = prepared(image, setup);
  const PrecisionScope scope(setup.precision, setup.device);
  const KernelScope kernel_scope(setup.kernels);
  std::vector<at::Tensor> outputs = network.forward_all(x);
  for (at::Tensor& output : outputs) output = output.to(at::kFloat);
  return outputs;
}

}  // namespace myoseg
