// The forward pass of training and validation: device, number format and memory layout.
#pragma once

#include <string>
#include <vector>

#include "models/layers.h"
#include "train/precision.h"
#include "train/train_options.h"

namespace myoseg {

struct ForwardSetup {
  at::Device device;
  Precision precision;
  bool channels_last;
};
// Error(bad_usage) for a device or precision that is not there; warns of a precision that the
// device is slow at.
[[nodiscard]] ForwardSetup forward_setup(const TrainOptions& options, const std::string& device);

// Logits in float32 of an image batch (N,C,[D],H,W) on any device.
[[nodiscard]] at::Tensor forward(Network& network, const at::Tensor& image,
                                 const ForwardSetup& setup);
// The same of all outputs that a network is trained on, see Network::forward_all().
[[nodiscard]] std::vector<at::Tensor> forward_all(Network& network, const at::Tensor& image,
                                                  const ForwardSetup& setup);

}  // namespace myoseg
