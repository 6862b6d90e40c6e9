// From a golden record's reference to the network that must equal it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config/tree/node.h"
#include "models/network.h"
#include "models/networks.h"
#include "tests/testing/golden.h"

namespace myoseg::testing {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct ReferenceNetwork {
  Node options;  // {name: ..., ...}, as in a configuration
  NetworkIo io;
  // For references whose state dict is laid out otherwise than the network's: tensors by the
  // reference's names from tensors by ours, whose memory they share so that writing to one writes
  // to the other. Gradients go the same way. Without it the names and their order are the same.
  std::function<NamedTensors(const NamedTensors&)> as_reference = {};
  // Parameters and their shapes that the reference has but never uses: {key, shape}.
  std::vector<std::pair<std::string, std::vector<std::int64_t>>> unused = {};
  // The reference's output from the image, where it is not forward()'s.
  std::function<at::Tensor(Network&, const at::Tensor&)> forward = {};
};

// `reference` is the record's {cls, kwargs, ...}. Without a value `why` says what is not known.
[[nodiscard]] std::optional<ReferenceNetwork> reference_network(const Json& reference,
                                                                std::string& why);

}  // namespace myoseg::testing
