// Files of torch.save: read as inert data, written so that torch.load(weights_only=True) opens
// them.
#pragma once

#include <filesystem>
#include <string_view>

#include "models/weights/safetensors.h"
#include "models/weights/torch_file/tensors.h"

namespace myoseg {

// By content: a zip archive, or the sequence of pickles that PyTorch wrote before 1.6.
[[nodiscard]] bool looks_like_torch_file(std::string_view bytes);
// Error(bad_data), starting with `file`, for everything that is no state dict; see torch_state().
[[nodiscard]] TorchState read_torch_file(std::string_view bytes, const std::string& file,
                                         Unheld* unheld = nullptr);

// A flat dict of tensors; PyTorch's and Python's load_state_dict take it. Written atomically.
void save_torch_file(const std::filesystem::path& file, const NamedTensors& tensors);

}  // namespace myoseg
