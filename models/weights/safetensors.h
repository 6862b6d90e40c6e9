// Named tensors and text metadata in one file without anything to execute
// (https://huggingface.co/docs/safetensors).
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace myoseg {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

// Tensors of types that cannot be held here, each with its name and type: "'x' (C64)".
using Unheld = std::vector<std::string>;

struct TensorFile {
  NamedTensors tensors;
  std::map<std::string, std::string> metadata;

  [[nodiscard]] const at::Tensor* find(std::string_view name) const;
};

// Written atomically. Tensors on any device and layout; stored contiguous, order kept in reading.
void save_tensors(const std::filesystem::path& file, const TensorFile& content);
// Throws Error(bad_data) for anything that does not fit the format or the file's size; allocates
// nothing from a lie. A tensor of a type that cannot be held is an error, or is left out and added
// to `unheld` where that is given.
[[nodiscard]] TensorFile load_tensors(const std::filesystem::path& file, Unheld* unheld = nullptr);

}  // namespace myoseg
