// The forward pass of training, validation and prediction: device, number format and memory layout.
#pragma once

#include <optional>
#include <vector>

#include "models/network.h"
#include "models/runtime/kernel_scope.h"
#include "models/runtime/precision.h"

namespace myoseg {

struct ForwardSetup {
  at::Device device = at::kCPU;
  Precision precision = Precision::fp32;  // not automatic
  bool channels_last = false;  // memory layout of 2D images; our own kernels have no other
  Kernels kernels = Kernels::library;
};
// Error(bad_usage) for a precision that the device does not have; warns of one that it is slow at.
// Without a layout: channels last with bf16 and fp16, which it suits. Our own kernels are for fp32
// on a processor; everything else is the library's.
[[nodiscard]] ForwardSetup forward_setup(at::Device device, Precision precision,
                                         std::optional<bool> channels_last = {},
                                         Kernels kernels = Kernels::library);

// Logits in float32 of an image batch (N,C,[D],H,W) on any device.
[[nodiscard]] at::Tensor forward(Network& network, const at::Tensor& image,
                                 const ForwardSetup& setup);
// The two halves of a network that has them, see Network::feature_channels(): features in float32,
// and logits of a mean of features.
[[nodiscard]] at::Tensor forward_features(Network& network, const at::Tensor& image,
                                          const ForwardSetup& setup);
[[nodiscard]] at::Tensor forward_head(Network& network, const at::Tensor& features,
                                      const ForwardSetup& setup);
// The same as forward() of all outputs that a network is trained on, see Network::forward_all().
[[nodiscard]] std::vector<at::Tensor> forward_all(Network& network, const at::Tensor& image,
                                                  const ForwardSetup& setup);

}  // namespace myoseg
