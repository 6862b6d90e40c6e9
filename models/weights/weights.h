// A network's parameters and buffers by name.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/network.h"
#include "models/weights/safetensors.h"

namespace myoseg {

// Parameters and buffers in the order and with the names of PyTorch's state_dict; they share memory
// with the network.
[[nodiscard]] NamedTensors state_of(const Network& network);

// Copies the tensors of `content` whose names start with `prefix` into the network. Error(bad_data)
// naming `file` and the first name that is missing, unexpected or of another shape; then the
// network is as it was.
void load_state(Network& network, const TensorFile& content, const std::filesystem::path& file,
                std::string_view prefix = "");

}  // namespace myoseg
