// One tensor from the call of torch._utils that would rebuild it.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/weights/torch_file/unpickle.h"

namespace myoseg {

// A storage as a pickle names it: the memory that one or more tensors are views of.
struct TorchStorage {
  at::ScalarType type = at::kFloat;  // bytes: of the storages without a type
  std::string type_name;
  std::string key;
  std::int64_t numbers = 0;
  // Of the oldest files only: the part of the storage that is meant.
  std::int64_t view_offset = 0;
};
// Null unless `where` is what a persistent value of torch.save holds. Error(bad_data), starting
// with `file`, for a type of numbers that cannot be read.
[[nodiscard]] std::optional<TorchStorage> torch_storage(const Pickle& pickle,
                                                        PickleValue::Ref where,
                                                        const std::string& file);

// A tensor that is sound but of a kind that has no place here.
struct NotHeld {
  std::string kind;
};

// What a pickle asks Python to call, and with what.
class PickledCalls {
 public:
  PickledCalls(const Pickle& pickle, const std::string& file) : pickle_(pickle), file_(file) {}

  // The name of the function or class; empty for what is no call.
  [[nodiscard]] std::string_view callee(const PickleValue& value) const;
  [[nodiscard]] std::optional<PickleValue::Ref> argument(const PickleValue& value,
                                                         std::size_t i) const;
  // What is behind the calls that change nothing about a value: Parameters, TorchScript's types.
  [[nodiscard]] PickleValue::Ref meant(PickleValue::Ref ref) const;
  [[nodiscard]] bool has_state(const PickleValue& value) const;

 private:
  const Pickle& pickle_;
  const std::string& file_;
};

class TensorReader {
 public:
  // `bytes_of` finds a storage's bytes by key. All three outlive the reader.
  TensorReader(const Pickle& pickle,
               const std::function<std::string_view(const std::string&)>& bytes_of,
               const std::string& file)
      : pickle_(pickle), calls_(pickle, file), bytes_of_(bytes_of), file_(file) {}

  // Shares memory with others where the file's do. Error(bad_data) for one that is not whole or
  // reaches outside its storage; NotHeld.
  [[nodiscard]] at::Tensor tensor(const PickleValue& made, const std::string& name);

 private:
  using Ref = PickleValue::Ref;

  [[nodiscard]] std::optional<std::vector<std::int64_t>> numbers(std::optional<Ref> ref) const;
  [[nodiscard]] at::ScalarType named_type(std::optional<Ref> dtype) const;
  [[nodiscard]] bool is_negative(std::optional<Ref> flags, at::ScalarType type) const;
  [[nodiscard]] at::Tensor memory_of(const TorchStorage& storage, at::ScalarType type,
                                     const std::string& name);

  const Pickle& pickle_;
  const PickledCalls calls_;
  const std::function<std::string_view(const std::string&)>& bytes_of_;
  const std::string& file_;
  std::map<std::string, at::Tensor> memory_;
};

}  // namespace myoseg
