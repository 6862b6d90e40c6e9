// From the values of a PyTorch file's pickle to named tensors.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "models/weights/safetensors.h"
#include "models/weights/torch_file/unpickle.h"

namespace myoseg {

// Error(bad_data) when the pickle names anything but plain data, what makes tensors, and classes of
// which it only fills instances: os.system, eval, getattr ...
void refuse_commands(const Pickle& pickle, const std::string& file);

struct TorchState {
  NamedTensors tensors;   // in the pickle's order; they share memory where the file's do
  std::string state_key;  // where in the file: "state_dict"; empty: it is the whole file
};
// The state dict in the pickle: itself one, or under one of the usual names; dicts of dicts are
// joined by dots, whole modules give their state. `bytes_of` finds a storage's bytes by key.
// Error(bad_data) when there is none, when a tensor reaches outside its storage, or when the pickle
// wants a command to be run. A tensor of a type or kind that cannot be held is an error, or is left
// out and added to `unheld` where that is given.
[[nodiscard]] TorchState torch_state(
    const Pickle& pickle, const std::function<std::string_view(const std::string& key)>& bytes_of,
    const std::string& file, Unheld* unheld);

}  // namespace myoseg
