// Weights from any kind of file that holds them.
#pragma once

#include <filesystem>
#include <string>

#include "models/weights/safetensors.h"

namespace myoseg {

struct WeightsFile : TensorFile {
  std::string format;  // "safetensors", "PyTorch, its 'state_dict'": for messages
};

// safetensors (also a training's state: its model), or a file of torch.save; which one is told by
// the content, whatever the file is called. Error(bad_data) in one sentence for everything else;
// nothing in the file is executed and nothing is allocated that it only claims to hold. A tensor of
// a type that cannot be held is an error, or is left out and added to `unheld` where that is given.
[[nodiscard]] WeightsFile read_weights(const std::filesystem::path& file, Unheld* unheld = nullptr);

// Written as the ending says: .safetensors, or .pt and .pth for PyTorch. Error(bad_usage) for
// another one.
void write_weights(const std::filesystem::path& file, const TensorFile& content);

}  // namespace myoseg
